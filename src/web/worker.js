// SPDX-License-Identifier: MIT
// Reads a file of the page /dinas and asks the service, away from the page: this is the loop of
// messages, the rest stands in the modules beside it. It has no text for people, only codes and
// what the service said. Columns are indexes into "columns" of "read". Of two messages the second
// waits for the first; who wants to stop ends the worker.
//
// open {file, rulebook (GET /rulebook), root (URL of the service), lang}, sheet {name},
// take {column, fact (null: leave it out)}
//     → read {sheets: [{name}], sheet, header_row, columns: [text], read: [{column, fact}],
//       near: [{column, did_you_mean, fact}], ignored, lacking: [fact], rows, skipped, encoding,
//       formulas (cells without a stored result), sent: [column]}
// ask {defaults: {fact: value}}
//     → answered {digest, rulebook: {id, version}, rows, evaluated, rejected, skipped,
//       without_facts, by_code: {code: rows}, combinations, sent}
// groups {column (or null)}
//     → grouped {column, groups: [{name, rows, rejected, features: {F: {values: {V: rows}, flags:
//       {FLAG: rows}}}}], total: {…same, skipped}}; the groups are sorted, rows that say none are
//       the one named "", and only the total's rows hold those skipped
// list {kind: flag | rejected | skipped | undetermined, feature, flag, group (of the column that
// was grouped by last, or null), columns, from, count}
//     → listed {…request, total, rows: [{sheet_row, names: {column: text}, facts, missing,
//       errors: [{column (or null), code, detail, did_you_mean, allowed}]}]}
// download {kind: groups | flag | rejected, feature, flag, column, names (words for heads: group,
// rows, rejected, values, undetermined, flags, total, sheet_row, reason, suggestion, allowed; and
// reasons: {code: text}, for the service's own)} → file {name, blob}
//
// On the way: progress {phase: reading | sending, done, total}. Instead of an answer: failed
// {code, problem (RFC 9457, of the service), can_retry}.
import {askAnswers, askColumns, combine} from "./@@ask.js@@";
import {countGroups, listRows, makeFile} from "./@@count.js@@";
import {readCsv} from "./@@csv.js@@";
import {Failure, Table} from "./@@table.js@@";
import {fold, namesOf} from "./@@words.js@@";

const TELL_MS = 100;
let view = null; // of the file that was opened last

let lastTold = 0;
const tell = (phase) => (done, total) => {
	if (done < total && Date.now() < lastTold + TELL_MS)
		return;
	lastTold = Date.now();
	postMessage({type: "progress", phase, done, total});
};

// What kind a file is, its first bytes tell, not its name.
const KINDS = [
	["spreadsheet", /^PK\x03\x04/],
	["container", /^\xD0\xCF\x11\xE0/],
	["spreadsheet_other", /^\s*<(!doctype|html|table|meta|head|style|\?xml)/i],
	["not_a_table", /^(%PDF|\x89PNG|\xFF\xD8\xFF|GIF8|Rar!|PK)|^(?!\xFF\xFE|\xFE\xFF)[^]*\0/],
	["empty_file", /^$/],
];

// A folder that was dropped, or a file that was changed or removed since.
const isUnreadable = ({name}) => name === "NotFoundError" || name === "NotReadableError";
const isOwn = (error) => error instanceof Failure || isUnreadable(error);

async function readFile(sheet) {
	const {file, names} = view, start = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
	const [kind] = KINDS.find(([, mark]) => mark.test(String.fromCharCode(...start))) ?? [];
	if (kind === "container") { // an old workbook, or a locked one
		const text = new TextDecoder("utf-16le").decode(await file.slice(0, 64 << 20).arrayBuffer());
		throw new Failure(text.includes("EncryptedPackage") ? "spreadsheet_locked" : "spreadsheet_old");
	}
	if (kind && kind !== "spreadsheet")
		throw new Failure(kind);
	if (!kind) {
		const table = new Table(names);
		await readCsv(file, table, tell("reading"));
		return {sheets: [], table};
	}
	const {readWorkbook} = await import("./@@workbook.js@@");
	return readWorkbook(file, sheet, () => new Table(names), tell("reading")).catch((error) => {
		throw isOwn(error) ? error : new Failure("spreadsheet_broken");
	});
}

async function read(sheet) {
	Object.assign(view, await readFile(sheet));
	view.meant = await askColumns(view, view.table.header);
	view.meant.near = view.meant.near.map((one) =>
		({...one, fact: view.names.get(fold(one.did_you_mean)).fact}));
	view.taken = new Map();
	return understood();
}

// The columns that are sent: each under its own name or, where it only came near one, under that.
function usesOf({meant, taken, table}) {
	const uses = meant.read.map((one) => ({...one, name: table.header[one.column]}));
	for (const [column, fact] of taken) {
		const at = uses.findIndex((one) => one.column === column);
		const near = meant.near.find((one) => one.column === column);
		if (at >= 0 && uses[at].fact !== fact)
			uses.splice(at, 1);
		if (fact !== null && !uses.some((one) => one.column === column))
			uses.push({column, fact, name: near?.fact === fact ? near.did_you_mean : fact});
	}
	uses.sort((a, b) => a.column - b.column);
	for (const [i, one] of uses.entries())
		while (uses.findIndex((other) => other.name === one.name) < i)
			one.name += "_"; // means the same, and errors tell which one it is
	return uses;
}

function understood() {
	const {table, meant, rulebook, sheets, sheet, formulas = 0} = view;
	const uses = view.uses = usesOf(view), isUsed = ({column}) => uses.some((one) => one.column === column);
	return {type: "read", sheets, sheet, header_row: table.headerRow, columns: table.columns,
		read: uses.map(({column, fact}) => ({column, fact})), ignored: meant.ignored,
		near: meant.near.filter((one) => !isUsed(one)), formulas, encoding: table.encoding,
		lacking: rulebook.facts.map((one) => one.name)
			.filter((name) => !uses.some((one) => one.fact === name)),
		rows: table.rows, skipped: table.skipped.length, sent: uses.map((one) => one.column)};
}

// Pointers to members of rows, back to columns; long ones are cut.
function columnAt(pointer) {
	const escape = (name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
	const start = pointer?.replace(/…$/, "");
	const found = view.uses.find((one) => escape(one.name) === pointer) ??
		view.uses.find((one) => pointer?.endsWith("…") && escape(one.name).startsWith(start));
	return found?.column ?? null;
}

const ANSWERS = {
	async open({file, rulebook, root, lang}) {
		view = {file, rulebook, root, lang, columnAt, names: namesOf(rulebook), groupColumn: null};
		return read();
	},
	sheet: ({name}) => read(name),
	take({column, fact}) {
		view.taken.set(column, fact);
		return understood();
	},
	async ask({defaults}) {
		const {rows: of, texts} = combine(view);
		const asked = await askAnswers(view, view.uses, texts, defaults, tell("sending"));
		Object.assign(view, {of, answers: asked.answers});
		const {total} = countGroups(view, null), by_code = {};
		const codes = asked.answers.map(({error}) =>
			new Set((error?.errors ?? (error ? [error] : [])).map((one) => one.code)));
		let without_facts = 0;
		of.forEach((at, row) => {
			without_facts += asked.answers[at]?.isBare ?? false;
			const local = view.table.rejected.get(row);
			for (const code of codes[at] ?? (local ? [local] : []))
				by_code[code] = (by_code[code] ?? 0) + 1;
		});
		const {digest, id, version} = asked.rulebook ?? {}, {rows, rejected, skipped} = total;
		return {type: "answered", digest, rulebook: {id, version}, rows,
			evaluated: rows - rejected - skipped, rejected, skipped, without_facts,
			by_code, combinations: texts.length, sent: view.uses.map((one) => one.column)};
	},
	groups({column}) {
		const counted = countGroups(view, column);
		view.groupColumn = column;
		return {type: "grouped", column, ...counted};
	},
	list: (request) => ({...request, type: "listed", ...listRows(view, request)}),
	download: (request) => ({type: "file", ...makeFile(view, request)}),
};

let last = Promise.resolve();
onmessage = ({data}) => {
	last = last.then(() => ANSWERS[data.type](data)).catch((error) => {
		const {code, problem, can_retry = false} = error;
		const told = isUnreadable(error) ? "unreadable" : "unexpected";
		return {type: "failed", code: error instanceof Failure ? code : told, problem, can_retry};
	}).then((answer) => postMessage(answer));
};
