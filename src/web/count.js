// SPDX-License-Identifier: MIT
// Counts, lists and downloads of what was answered, by any column of the file. All of it stays
// in the browser. VIEW is what worker.js keeps of a file: {table, rulebook, lang, answers, of}.
import {Failure} from "./@@table.js@@";

const GROUPS_MAX = 10_000;
const order = new Intl.Collator("id", {numeric: true});

const answerOf = (view, row) => view.answers[view.of[row]];
const isSkipped = (view, row) => view.of[row] < 0 && !view.table.rejected.has(row);
const groupOf = (view, row, column) => column === null || view.table.rejected.has(row) ? "" :
	view.table.cell(row, column);

function nothing({rulebook: {attributes, features, flags = []}}) {
	const zeros = (names) => Object.fromEntries(names.map((name) => [name, 0]));
	const values = [...attributes[0].values.map((one) => one.value), "undetermined"];
	return {rows: 0, rejected: 0, features: Object.fromEntries(features.map(({name}) =>
		[name, {values: zeros(values), flags: zeros(flags.map((one) => one.name))}]))};
}

const hasFlag = (outcome, flag) => Object.entries(flag.when)
	.every(([attribute, value]) => outcome[attribute] === value);

function add(view, counts, answer, rows) {
	const {attributes: [{name: first}], flags = []} = view.rulebook;
	counts.rows += rows;
	if (!answer?.features)
		counts.rejected += rows;
	for (const [name, outcome] of Object.entries(answer?.features ?? {})) {
		const feature = counts.features[name];
		feature.values[outcome[first]] += rows;
		for (const flag of flags)
			feature.flags[flag.name] += hasFlag(outcome, flag) * rows;
	}
}

// {groups, total}: the same counts of each text of a column (null: of none) and of all, where
// as for the service the rows that are no person are told, too.
export function countGroups(view, column) {
	const found = new Map(), total = nothing(view), groups = [];
	for (let row = 0; row < view.of.length; row++) {
		if (isSkipped(view, row))
			continue;
		const name = groupOf(view, row, column), own = found.get(name) ?? new Map();
		if (!own.size && found.set(name, own).size > GROUPS_MAX)
			throw new Failure("too_many_groups");
		own.set(view.of[row], (own.get(view.of[row]) ?? 0) + 1);
	}
	for (const [name, own] of found) {
		const counts = {name, ...nothing(view)};
		for (const [combination, rows] of own) {
			add(view, counts, view.answers[combination], rows);
			add(view, total, view.answers[combination], rows);
		}
		groups.push(counts);
	}
	total.skipped = view.table.skipped.length;
	total.rows += total.skipped;
	groups.sort((a, b) => order.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
	return {groups: column === null ? [] : groups, total};
}

// What is wrong with a row: its errors, each with the column that its pointer names.
function errorsOf(view, row) {
	const error = answerOf(view, row)?.error ?? {code: view.table.rejected.get(row)};
	return (error.errors ?? [error]).map(({pointer, ...rest}) =>
		({column: view.columnAt(pointer), ...rest}));
}

const KINDS = {
	flag: (answer, {feature, flag}, rulebook) => answer?.features &&
		hasFlag(answer.features[feature], rulebook.flags.find((one) => one.name === flag)),
	undetermined: (answer, {feature}, {attributes}) =>
		answer?.features?.[feature][attributes[0].name] === "undetermined",
	rejected: (answer) => !answer?.features,
};

// The rows that a request asks for, of the group that it names or of all.
function find(view, request) {
	const {kind, group = null} = request;
	if (kind === "skipped")
		return view.table.skipped;
	const fits = view.answers.map((one) => KINDS[kind](one, request, view.rulebook));
	return Array.from(view.of.keys()).filter((row) =>
		(view.of[row] < 0 ? kind === "rejected" && !isSkipped(view, row) : fits[view.of[row]]) &&
		(group === null || groupOf(view, row, view.groupColumn) === group));
}

// A page of such rows.
export function listRows(view, request) {
	const {kind, columns = view.table.header.map((_, i) => i), from, count} = request;
	const found = find(view, request);
	const rows = found.slice(from, from + count).map((row) => ({
		sheet_row: view.table.sheetRows[row],
		names: Object.fromEntries(columns.map((column) => [column, view.table.cell(row, column)])),
		facts: answerOf(view, row)?.facts ?? {},
		missing: answerOf(view, row)?.missing ?? [],
		errors: kind === "rejected" ? errorsOf(view, row) : [],
	}));
	return {total: found.length, rows};
}

// A field of CSV, which a spreadsheet must not take for a formula.
function field(value) {
	const text = String(value).replace(/^(?=[=+\-@\t\r])/, "'");
	return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function groupTable(view, {feature, column, names}) {
	const {groups, total} = countGroups(view, column ?? null);
	const {values, flags} = nothing(view).features[feature];
	const heads = [...Object.keys(values).map((one) => names.values?.[one] ?? names[one] ?? one),
		...Object.keys(flags).map((one) => names.flags?.[one] ?? one)];
	const lines = [...groups, {...total, name: names.total ?? ""}].map((one) => [one.name, one.rows,
		one.rejected, ...Object.values(one.features[feature].values),
		...Object.values(one.features[feature].flags)]);
	return [[names.group, names.rows, names.rejected, ...heads], ...lines];
}

// Whole rows of the file, and before them what was found.
function rowTable(view, request) {
	const {names, kind} = request, {lang, table} = view, isRejected = kind === "rejected";
	const {facts} = view.rulebook;
	const label = (fact, value) => fact?.values.find((one) => one.value === value)?.label[lang] ?? "";
	const factOf = (column) => facts.find((one) =>
		one.name === view.uses.find((use) => use.column === column)?.fact);
	const reason = ({column, code, detail}) =>
		[table.columns[column], names.reasons?.[code] ?? detail ?? code].filter(Boolean).join(": ");
	const allowed = ({column, allowed: values = []}) =>
		values.map((value) => label(factOf(column), value) || value).join(", ");
	const each = (errors, text) => errors.map(text).filter(Boolean).join("; ");
	const tell = (row) => isRejected ? [errorsOf(view, row).map(reason).join(" "),
		each(errorsOf(view, row), (one) => one.did_you_mean), each(errorsOf(view, row), allowed)] :
		facts.map((fact) => label(fact, answerOf(view, row).facts[fact.name]));
	const heads = isRejected ? [names.reason, names.suggestion ?? "", names.allowed ?? ""] :
		facts.map((fact) => fact.label[lang]);
	return [[names.sheet_row, ...heads, ...table.columns], ...find(view, request).map((row) =>
		[table.sheetRows[row], ...tell(row), ...table.cells(row)])];
}

// What a spreadsheet set to Indonesian opens.
export function makeFile(view, request) {
	const lines = (request.kind === "groups" ? groupTable : rowTable)(view, request);
	const blob = new Blob(["\uFEFF", ...lines.map((one) => `${one.map(field).join(";")}\r\n`)],
		{type: "text/csv"});
	return {name: `${view.file.name.replace(/\.\w+$/, "")}-${request.kind}.csv`, blob};
}
