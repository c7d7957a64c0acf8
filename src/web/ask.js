// SPDX-License-Identifier: MIT
// What the service is asked: what the columns of a header mean, and the answer to each different
// combination of texts in the columns that matter. Names of columns that a rulebook may know and
// those texts are all that leaves the browser; words.js says which of them, and how much.
import {CELL_END, Failure} from "./@@table.js@@";
import {fold, sayable, sayableValue} from "./@@words.js@@";

const PIECE = 5_000, COMBINATIONS_MAX = 500_000;

const line = (cells) => `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\r\n`;

// The lines of an answer, if IS_FIT says that they are one. Where the service refused, its problem
// goes with the failure: the status at least, and when to come again.
async function post({root, lang}, path, query, body, accept, isFit) {
	const address = new URL(path, root), headers = {"Content-Type": "text/csv", Accept: accept};
	address.search = new URLSearchParams({lang, ...query});
	const reply = await fetch(address, {method: "POST", headers, body}).catch(() => null);
	const text = await reply?.text().catch(() => null) ?? null;
	if (text === null)
		throw new Failure("offline", {can_retry: true});
	let lines = null, isGood = false;
	try {
		lines = text.trim().split("\n").map((one) => JSON.parse(one));
		isGood = reply.ok && isFit(lines);
	} catch { /* told below */ }
	if (isGood)
		return lines;
	const {ok, status} = reply, wait = Number(reply.headers.get("Retry-After"));
	const said = typeof lines?.[0] === "object" ? lines[0] : null;
	throw new Failure("service", {can_retry: ok || status >= 500 || status === 429,
		problem: ok ? undefined : {status, ...wait ? {retry_after: wait} : {}, ...said}});
}

// What the service understands of the header: {read: [{column, fact}], near: [{column,
// did_you_mean}], ignored}, the columns being indexes. It hears of those names alone that may be
// some; of a person's row that was taken for the header nothing more leaves.
export async function askColumns(service, header) {
	const names = header.map((name) => sayable(service.names, name)
		?.replace(/^[ \t]+|[ \t]+$|[\0\p{Cs}]/gu, ""));
	const sent = [...names.keys()].filter((column) => names[column]);
	const [{columns: {read, near}}] = await post(service, "summary", {},
		line(sent.map((column) => names[column])), "application/json",
		([said]) => Array.isArray(said.columns.read) &&
			said.columns.near.every((one) => service.names.has(fold(one.did_you_mean))));
	const place = (list) => {
		let at = -1;
		return list.map((one) => ({...one, column: at = names.indexOf(one.column, at + 1)}));
	};
	return {read: place(read), near: place(near),
		ignored: header.filter((name) => name.trim()).length - read.length - near.length};
}

// The different combinations in the columns of USES, and which of them each row has; -1: none,
// for the row is no person or could not be read.
export function combine({table, uses, names}) {
	const known = new Map(), rows = new Int32Array(table.rows).fill(-1);
	const skipped = new Set(table.skipped);
	const said = uses.map(({name, fact}) => {
		const meaning = names.get(fold(name)) ?? names.get(fold(fact)), seen = new Map();
		return (text) => seen.get(text) ??
			seen.set(text, sayableValue(meaning, text)).get(text);
	});
	for (let row = 0; row < rows.length; row++) {
		if (skipped.has(row) || table.rejected.has(row))
			continue;
		const cells = table.cells(row);
		const key = uses.map(({column}, i) => said[i](cells[column] ?? "")).join(CELL_END);
		if (!known.has(key))
			known.set(key, known.size);
		rows[row] = known.get(key);
		if (known.size > COMBINATIONS_MAX)
			throw new Failure("too_many_combinations");
	}
	return {rows, texts: [...known.keys()].map((key) => key.split(CELL_END))};
}

const isResult = (one) => Boolean(one.error ?? (one.features && one.facts));

// The answers to TEXTS, in their order, and the rulebook that gave them all. An id stands before
// each, so that one without any text is a row, too.
async function askAll(service, uses, texts, defaults, tell) {
	const answers = [], head = line(["id", ...uses.map((one) => one.name)]);
	let rulebook = null;
	for (let at = 0; at < texts.length; at += PIECE) {
		const piece = texts.slice(at, at + PIECE);
		const body = head + piece.map((cells) => line(["x", ...cells])).join("");
		const results = await post(service, "check", defaults, body, "application/x-ndjson",
			(lines) => lines.length === piece.length + 1 && lines.at(-1).summary &&
				lines.at(-1).rulebook && lines.slice(0, -1).every(isResult));
		const last = results.pop();
		if (rulebook && rulebook.digest !== last.rulebook.digest)
			return null;
		({rulebook} = last);
		answers.push(...results);
		tell(answers.length, texts.length);
	}
	return {answers, rulebook};
}

// Which answers were given to nothing at all: with defaults, only the service can tell.
async function findBare(service, uses, texts, defaults, answers) {
	const isDefault = ([fact, value]) => String(value) === String(defaults[fact]);
	const open = answers.flatMap(({facts}, i) =>
		facts && Object.entries(facts).every(isDefault) ? [i] : []);
	const asked = Object.keys(defaults).length && open.length ?
		await askAll(service, uses, open.map((i) => texts[i]), {}, () => {}) : null;
	for (const [at, i] of open.entries())
		answers[i].isBare = !asked || Object.keys(asked.answers[at].facts ?? {x: 1}).length === 0;
}

// {answers, rulebook}. Where the service changed its rulebook in the middle, once more.
export async function askAnswers(service, uses, texts, defaults, tell) {
	const asked = await askAll(service, uses, texts, defaults, tell) ??
		await askAll(service, uses, texts, defaults, tell);
	if (!asked)
		throw new Failure("rulebook_changed", {can_retry: true});
	await findBare(service, uses, texts, defaults, asked.answers);
	return asked;
}
