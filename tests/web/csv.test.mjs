// SPDX-License-Identifier: MIT
// The page counts what the program counts: odd files of CSV, read by the worker of /dinas, against
// what the service (and so `pmm-check check` and `pmm-check summary --group-by`) says of the same
// bytes.
//
//     PMM_CHECK=build/pmm-check node --test tests/web/
import assert from "node:assert/strict";
import {readdirSync, readFileSync} from "node:fs";
import {after, test} from "node:test";

import {post, startService, startWorker} from "./worker.mjs";

const corpus = new URL("../fuzz/corpus/rows/", import.meta.url);
const service = await startService();
const worker = await startWorker();
after(() => service.stop());

// Behind the first line of a file of the corpus, which is for the fuzzer. What is no UTF-8 the
// page takes for something else, and the service refuses.
const corpusFiles = readdirSync(corpus).filter((name) => /^(cut-)?csv/.test(name) &&
	!name.includes("utf16")).map((name) => {
	const text = readFileSync(new URL(name, corpus), "utf8");
	return [name, Buffer.from(text.slice(text.indexOf("\n") + 1).replaceAll("\0", "0"))];
});

// Always the same "random" numbers below SIZE.
let seed = 559;
const below = (size) => (seed = seed * 48271 % 2147483647) % size;
const pick = (list) => list[below(list.length)];

// A file of cells that are odd now and then: quotes, line breaks, addresses, none at all.
function oddFile() {
	const delimiter = pick([",", ";", "\t"]), end = pick(["\n", "\r\n", "\r"]);
	const heads = ["Jenis PTK", "Status_Kepegawaian", "Tugas Tambahan", "Email Belajar.id"];
	const words = [["Guru", "Guru Kelas", "Tutor", "-", "Gruu", ""], ["PNS", "GTT", "CPNS", "", "PNSS"],
		["", "Kepala Sekolah", "Wakil Kepala Sekolah"],
		["", "a.b@guru.sd.belajar.id", "x y@sd.belajar.id", "@belajar.id", "ya", "z@gmail.com"]];
	const quote = (text) => /[\r\n";,\t]/.test(text) || !below(9) ?
		`"${text.replaceAll('"', '""')}"${pick(["", "", " "])}` : text;
	const line = (cells) => cells.map(quote).join(delimiter) + end;
	const header = line(["No", "Nama", ...heads, "Kecamatan"]);
	let text = pick(["", "\uFEFF", "sep=;\n"]);
	text = text.startsWith("sep") && delimiter !== ";" ? "" : text;
	for (let i = below(4); i; i--)
		text += line([pick(["Daftar Guru", "", "Jabatan"])]);
	text += header + (below(2) ? line(["1", "2", "(3)", "4", "5", "6", "7"]) : "");
	for (let i = 1; i < 60; i++) {
		const name = pick(["Budi", 'Siti "Ita"', "Ani\nB", "=1+1", "D, E; F", ""]);
		const cells = [`${i}`, name, ...words.map(pick), pick(["Utara", "Selatan ", "10", "9", ""])];
		text += line(below(12) ? cells : cells.slice(0, below(6)));
		text += below(20) ? "" : pick([header, end, delimiter.repeat(4) + end, `9${delimiter}"open${end}`,
			`8${delimiter}"x"y${delimiter}Guru${end}`, `${line(["1", "2", "3"])}`]);
	}
	return Buffer.from(text);
}

const told = ({code, did_you_mean}) => [code, did_you_mean];
const counted = ({rows, rejected, features}) => ({rows, rejected, features});

// What the program says, in the form of the page.
function countsOf(said, rulebook) {
	const [{name: first}] = rulebook.attributes;
	return {rows: said.evaluated + said.rejected, rejected: said.rejected,
		features: Object.fromEntries(rulebook.features.map(({name}) => [name, {
			values: said.features[name][first],
			flags: Object.fromEntries(rulebook.flags.map((one) => [one.name,
				said.features[name][one.name]]))}]))};
}

async function compare(bytes, defaults) {
	const opened = await worker.open(service, bytes, "odd.csv");
	const query = {...defaults, lang: "en"};
	const results = await post(service, "check", query, bytes);
	if (opened.type === "failed") {
		assert.equal(opened.code, results[0].code);
		return;
	}
	const {summary} = results.pop();
	const answered = await worker.tell({type: "ask", defaults});
	for (const name of ["rows", "evaluated", "rejected", "skipped", "without_facts"])
		assert.equal(answered[name], summary[name], name);
	assert.deepEqual([opened.read.map((one) => one.fact), opened.near.map((one) => one.did_you_mean)],
		[summary.columns.read.map((one) => one.fact), summary.columns.near.map((one) => one.did_you_mean)]);
	const {rows} = await worker.tell({type: "list", kind: "rejected", from: 0, count: 1e6});
	assert.deepEqual(
		rows.map(({sheet_row, errors}) => [sheet_row, errors.map(told)]),
		results.filter((one) => one.error).map(({sheet_row, error}) =>
			[sheet_row, (error.errors ?? [error]).map(told)]));
	const {rulebook} = worker;
	for (const [column, name] of opened.columns.entries()) {
		if (!/\w/.test(name) || /^Panjang| \(2\)$/.test(name)) // no name of a group is so long
			continue;
		const [said] = await post(service, "summary", {...query, group_by: name}, bytes);
		const {groups, total} = await worker.tell({type: "groups", column});
		assert.deepEqual(total, {...countsOf(said, rulebook), rows: said.rows, skipped: said.skipped}, name);
		assert.deepEqual(Object.fromEntries(groups.map((one) => [one.name, counted(one)])),
			Object.fromEntries(Object.entries(said.groups).map(([group, one]) =>
				[group, countsOf(one, rulebook)]).filter(([, one]) => one.rows)), name);
	}
}

for (const [name, bytes] of corpusFiles)
	test(`csv ${name}`, () => compare(bytes, {}));

test("csv, rows as long as one may be, and longer", async () => {
	for (const [size, letter] of [[65536, "a"], [65537, "a"], [65535, "é"], [65537, "é"], [300_000, "a"]]) {
		const fill = letter.repeat((size - 5) / Buffer.byteLength(letter));
		const lines = [`${fill},Guru`, `"${fill.slice(2)}",Guru`, `"${"b".repeat(size - 6)},Guru`];
		for (const line of lines)
			await compare(Buffer.from(`Panjang,Jenis PTK\n${line}\nx,Tutor\n`), {});
	}
});

test("csv, random files", async () => {
	for (let i = 0; i < 40; i++)
		await compare(oddFile(), pick([{}, {belajar_id: "true", dapodik_gtk: "true"}, {role: "guru"}]));
});
