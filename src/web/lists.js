// SPDX-License-Identifier: MIT
// The lists of people and rows, a piece at a time. Who stands in them is the worker's to know.

import {button, byId, el, grow} from "./@@dom.js@@";
import {capital, factOf, lackingOf, lang, missingOf, valueLabel} from "./@@labels.js@@";
import {n, t} from "./@@texts.js@@";

const PEOPLE = 50, ROWS = 500; // at a time

// A table of name, row and group of each, and its own cells, that grows by a button.
async function list(view, request, title, heads, cells, mark) {
	const {nameColumn, groupColumn} = view;
	const step = request.kind === "rejected" ? ROWS : PEOPLE;
	const asked = {type: "list", feature: view.feature, group: null, count: step, ...request,
		columns: [...new Set([nameColumn, groupColumn, ...request.columns ?? []])]
			.filter((one) => one !== null)};
	const all = [nameColumn !== null && t.name, t.sheet_row, groupColumn !== null && view.column, ...heads];
	const table = el("table", {class: "table"}, el("thead", null, el("tr", null,
		...all.filter(Boolean).map((head) => el("th", {scope: "col"}, head)))));
	const make = (one) => el("tr", mark?.(one),
		nameColumn === null ? null : el("th", {scope: "row"}, one.names[nameColumn] ?? ""),
		el("td", null, String(one.sheet_row)),
		groupColumn === null ? null : el("td", null, one.names[groupColumn] ?? ""),
		...cells(one).map((cell) => el("td", null, ...[cell].flat())));
	let from = 0;
	const next = button("", () => more());
	async function more() {
		const got = await view.tell({...asked, from});
		await grow(table, "tbody", got.rows, make);
		if (from)
			Object.assign(table.rows[from + 1]?.cells[0] ?? {focus() {}}, {tabIndex: -1}).focus();
		from += got.rows.length;
		next.hidden = from >= got.total || !got.rows.length;
		next.textContent = t.next(Math.min(step, got.total - from), got.total - from);
	}
	await more();
	return [el("div", {class: "scroll", role: "region", tabindex: 0, "aria-label": title}, table),
		el("p", null, next, request.kind === "undetermined" ? null :
			button(t.download, () => view.download(request.kind, request.flag)))];
}

// How those facts are changed that rules of this feature ask for, as the rulebook tells it.
function remedies({rulebook, feature}) {
	const facts = rulebook.facts.filter((fact) => fact.changeable && fact.how && rulebook.rules
		.some((rule) => rule.features.includes(feature) && fact.name in rule.when));
	return el("ul", null, ...facts.map((fact) => el("li", null, fact.how[lang])));
}

export async function drawPeople(view) {
	const {rulebook, feature, measures} = view;
	const own = view.grouped.total.features[feature];
	const parts = [];
	for (const flag of measures.flags.filter((one) => own.flags[one.name])) {
		const title = t.list(flag.label, own.flags[flag.name]);
		parts.push(el("h3", null, capital(title)), remedies(view), ...await list(view,
			{kind: "flag", flag: flag.name}, title, [t.lacking], ({facts}) => [
				lackingOf(rulebook, feature, flag, facts).map((fact) =>
					`${fact.label[lang]}: ${valueLabel(fact, facts[fact.name])}`).join("; ")]));
	}
	const open = measures.values.at(-1);
	if (own.values[open.name]) {
		const title = t.list(open.label, own.values[open.name]);
		parts.push(el("h3", null, capital(title)), ...await list(view, {kind: "undetermined"}, title,
			[t.missing], ({facts}) => [missingOf(rulebook, feature, facts)
				.map((fact) => fact.label[lang]).join(", ")]));
	}
	byId("lists").replaceChildren(...parts);
	byId("people").hidden = !parts.length;
}

function remedy(view, error) {
	const fact = factOf(view.rulebook, view.read.read.find((one) => one.column === error.column)?.fact);
	return [t.fix[error.code] ?? error.detail,
		error.did_you_mean === undefined ? "" : t.maybe(error.did_you_mean),
		error.allowed?.length ? t.allowed(error.allowed.map((one) => valueLabel(fact, one)).join(", ")) :
			""].join(" ");
}

export async function drawRejected(view) {
	const each = ({errors}, text) => errors.map((error) => el("p", null, text(error)));
	byId("rejects").hidden = !view.answered.rejected;
	byId("rejected").replaceChildren(...(!view.answered.rejected ? [] : await list(view,
		{kind: "rejected", columns: view.read.read.map((one) => one.column)},
		t.rejects(view.answered.rejected), [t.column, t.value, t.reason],
		(one) => [each(one, (error) => view.columnName(error.column)),
			each(one, (error) => one.names[error.column] ?? ""), each(one, (error) => remedy(view, error))],
		(one) => ({"data-rejected": true, "data-sheet-row": one.sheet_row}))));
}

// What is no person, or says nothing of one, in words.
export async function drawOthers(view) {
	const {skipped, without_facts: without} = view.answered;
	const got = skipped ? await view.tell({type: "list", kind: "skipped", columns: [], from: 0,
		count: 20}) : {rows: []};
	const places = got.rows.map((one) => n(one.sheet_row)).join(", ");
	const parts = [skipped && t.skipped(skipped, places + (skipped > got.rows.length ? ", …" : "")),
		without && t.without(without)].filter(Boolean);
	byId("others").replaceChildren(...parts.map((part) => el("p", null, part)));
	byId("others").hidden = !parts.length;
}
