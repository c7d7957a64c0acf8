// SPDX-License-Identifier: MIT
// What leaves the browser, and what becomes of a question that is not answered as a whole.
import assert from "node:assert/strict";
import {fileURLToPath} from "node:url";
import {after, beforeEach, test} from "node:test";

import {post, startService, startWorker} from "./worker.mjs";

const festival = await startService(
	`--rules=${fileURLToPath(new URL("../rulebooks/festival.json", import.meta.url))}`);
const service = await startService();
const worker = await startWorker();
after(() => Promise.all([service.stop(), festival.stop()]));

const {fetch: ask} = globalThis;
let sent; // addresses and bodies
function hearFetch(change = (reply) => reply) {
	sent = [];
	globalThis.fetch = async (address, options = {}) => {
		sent.push([String(address), options.body]);
		return change(await ask(address, options), sent.length);
	};
}
beforeEach(() => hearFetch());

const file = "Nama;Jenis PKT;Status Kepegawaian;Email Belajar.id;NIK\n" +
	"Sari Dewi;Guru;PNS;sari.dewi@guru.sd.belajar.id;3201\nSari;Guru;PNS;;99\n" +
	"Dewi;Tutor;PNSS;dewi@guru.sd.belajar.id;3202\n;;;;x\n";
const all = {type: "ask", defaults: {}};

test("only what is needed leaves, each combination once", async () => {
	const opened = await worker.open(service, file);
	assert.deepEqual(opened.near, [{column: 1, did_you_mean: "jenis_ptk", fact: "role"}]);
	assert.deepEqual([opened.read.map((one) => one.column), opened.lacking], [[2, 3], ["role", "dapodik_gtk"]]);
	const taken = await worker.tell({type: "take", column: 1, fact: "role"});
	assert.deepEqual([taken.near, taken.sent, taken.lacking], [[], [1, 2, 3], ["dapodik_gtk"]]);
	const answered = await worker.tell({type: "ask", defaults: {dapodik_gtk: "true"}});
	assert.deepEqual([answered.rows, answered.evaluated, answered.without_facts, answered.combinations,
		answered.by_code], [4, 3, 1, 4, {unknown_value: 1}]);
	assert.equal(sent[2][1], '"id","jenis_ptk","Status Kepegawaian","Email Belajar.id"\r\n' +
		'"x","Guru","PNS","x@guru.sd.belajar.id"\r\n"x","Guru","PNS",""\r\n' +
		'"x","Tutor","PNSS","x@guru.sd.belajar.id"\r\n"x","","",""\r\n');
	assert.match(sent[2][0], /check\?lang=en&dapodik_gtk=true$/);
	assert.doesNotMatch(JSON.stringify(sent), /sari|dewi|3201/i);
	const {rows} = await worker.tell({type: "list", kind: "rejected", columns: [0], from: 0, count: 9});
	assert.deepEqual(rows.map((one) => [one.sheet_row, one.names, one.errors[0].column,
		one.errors[0].did_you_mean]), [[4, {0: "Dewi"}, 2, "PNS"]]);
	const left = await worker.tell({type: "take", column: 2, fact: null});
	assert.deepEqual(left.sent, [1, 3]);
});

test("of a person's row that was taken for the header only a word of the rulebook leaves", async () => {
	const opened = await worker.open(service, "SD 1;Sari Dewi;3201;Dapodik\nSD 1;Budi;3202;Rosa\n");
	assert.deepEqual([opened.read, opened.ignored], [[{column: 3, fact: "dapodik_gtk"}], 3]);
	await worker.open(service, "Jenis PTK;Status PegawaiN (Sari);NIK\n;;\n");
	assert.deepEqual(sent.map(([, body]) => body).filter(Boolean),
		['"Dapodik"\r\n', '"Jenis PTK","Status PegawaiN (x)"\r\n']);
});

test("of texts that are free only what the rulebook may know leaves", async () => {
	const texts = ["a.b@x.belajar.id", "sari@x.belajar.id / pass: Rahasia", "sari dewi", "3201",
		"sudah @ sari@mail.id", "yaa", "tidk ada", "sudah, 12", "-", "belum tau", "Tidak Tahu", "✓", "tidak-tahu?"];
	const text = `Email Belajar.id\n${texts.map((one) => `"${one}"\n`).join("")}`;
	await worker.open(service, text);
	await worker.tell(all);
	assert.doesNotMatch(JSON.stringify(sent), /sari|dewi|rahasia|pass|3201/i);
	const said = (await post(service, "check", {lang: "en"}, text)).flatMap(({sheet_row, error}) =>
		(error ? [[sheet_row, error.errors[0].did_you_mean]] : []));
	const {rows} = await worker.tell({type: "list", kind: "rejected", from: 0, count: 99});
	assert.deepEqual(rows.map((one) => [one.sheet_row, one.errors[0].did_you_mean]), said);
	assert.equal(rows[0].names[0], texts[1]);
});

// Names with up to three slips, of letters that are often beside each other on a keyboard.
test("of the names of columns the service understands as many as if it heard all", async () => {
	let seed = 13;
	const below = (size) => (seed = seed * 48271 % 2147483647) % size;
	const slip = (name) => {
		const at = below(name.length + 1), end = name.slice(at);
		return name.slice(0, at) + [end.slice(1), `a${end}`, `_${end}`, `i${end.slice(1)}`,
			(end[1] ?? "") + (end[0] ?? "") + end.slice(2), `${end} (Ya/Tidak)`, `é${end}`][below(7)];
	};
	const of = ({name, aliases = [], label = {}}) => [name, ...aliases, ...Object.values(label)];
	for (const one of [service, festival]) {
		const {facts, sources = []} = await (await ask(`${one.root}rulebook`)).json();
		const known = [...facts, ...sources].flatMap(of), names = [...known];
		while (names.length < 1000)
			names.push([slip, slip, slip].slice(below(3)).reduce((name, change) => change(name),
				known[below(known.length)]));
		const opened = await worker.open(one, `${names.join(";")}\n`);
		const [said] = await post(one, "summary", {}, `${names.join(";")}\n`);
		const column = (list) => list.map((each) => names[each.column].replace(/^[ \t]+|[ \t]+$/g, ""));
		assert.ok(opened.near.length > 50);
		for (const kind of ["read", "near"])
			assert.deepEqual(column(opened[kind]), said.columns[kind].map((each) => each.column));
		assert.deepEqual(opened.near.map((each) => each.did_you_mean),
			said.columns.near.map((each) => each.did_you_mean));
	}
});

test("downloads, with what a spreadsheet must not reckon", async () => {
	await worker.open(service, 'Jenis PTK;NPSN;Nama\nGuru;=1+1;"a;""b"\nGruu;10;Budi\nGuru;9;\n');
	await worker.tell(all);
	const names = {group: "NPSN", rows: "n", rejected: "x", total: "=", sheet_row: "Row", reason: "Why"};
	const text = async (more) => (await worker.tell({type: "download", names, ...more})).blob.text();
	const [feature] = worker.rulebook.features, blob = await worker.tell(
		{type: "download", kind: "groups", feature: feature.name, column: 1, names});
	assert.deepEqual([...new Uint8Array(await blob.blob.slice(0, 3).arrayBuffer())], [0xEF, 0xBB, 0xBF]);
	assert.deepEqual((await blob.blob.text()).split("\r\n").map((line) => line.split(";")[0]),
		["NPSN", "'=1+1", "9", "10", "'=", ""]);
	assert.match(await text({kind: "rejected"}),
		/^Row;Why;;;Jenis PTK;NPSN;Nama\r\n3;Jenis PTK: .* known.*;guru;teacher, .*;Gruu;10;Budi\r\n$/);
	Object.assign(names, {suggestion: "Try", allowed: "Known", reasons: {unknown_value: "Odd."}});
	assert.match(await text({kind: "rejected"}),
		/^Row;Why;Try;Known;Jenis.*\r\n3;Jenis PTK: Odd\.;guru;teacher, .*;Gruu;10;Budi\r\n$/);
});

const spoilt = {
	offline: () => {
		throw new TypeError("network");
	},
	service: async (reply) => new Response((await reply.text()).replace(/.*summary.*/, ""), reply),
	rulebook_changed: async (reply, turn) =>
		new Response((await reply.text()).replace(/sha256:./g, `sha256:${turn % 10}`), reply),
};
for (const [code, change] of Object.entries(spoilt))
	test(`an answer that does not come, ${code}`, async () => {
		const rows = Array.from({length: 6000}, (_, i) => `Guru ${i}\n`).join("");
		await worker.open(service, `Jenis PTK\n${rows}`);
		hearFetch(change);
		const failed = await worker.tell(all);
		assert.deepEqual([failed.type, failed.code, failed.can_retry], ["failed", code, true]);
		hearFetch();
		assert.equal((await worker.tell(all)).rows, 6000);
	});

test("what the service says stands in its failure", async () => {
	await worker.open(service, file);
	const problem = {code: "overloaded", status: 503, retry_after: 5};
	hearFetch(() => new Response(JSON.stringify(problem), {status: 503}));
	assert.deepEqual(await worker.tell(all), {type: "failed", code: "service", problem, can_retry: true});
});

test("an answer that is none", async () => {
	const html = "<!doctype html><title>Login</title>";
	const first = '{"facts":{},"features":{}}\n{"summary":{}}';
	for (const body of [html, "{}", "null", "", "[]", '{"summary":{}}', first, first.slice(0, -3)])
		for (const path of ["summary", "check"]) {
			hearFetch((reply) => (new URL(sent.at(-1)[0]).pathname.endsWith(path) ? new Response(body) : reply));
			const {type, ...opened} = await worker.open(service, "Jenis PTK\nGuru\n");
			const {code, can_retry, problem} = type === "read" ? await worker.tell(all) : opened;
			assert.deepEqual([code, can_retry, problem], ["service", true, undefined], `${path} ${body}`);
		}
	for (const [status, headers, can_retry, problem] of [[413, {}, false, {status: 413}],
		[403, {}, false, {status: 403}], [502, {}, true, {status: 502}],
		[429, {"Retry-After": "7"}, true, {status: 429, retry_after: 7}]]) {
		hearFetch();
		await worker.open(service, "Jenis PTK\nGuru\n");
		hearFetch(() => new Response(html, {status, headers}));
		assert.deepEqual(await worker.tell(all),
			{type: "failed", code: "service", problem, can_retry});
	}
});

test("a rulebook of another shape", async () => {
	const rows = "Pendaftar\nkategori;Regu Sekolah\nKategori;surat tugas;lebar;jaminan lunas;Kota\n" +
		"Regu Sekolah 3;panitia inti dan ketua;kecil;sudah;A\nklub;;sedang;0;B\nentah;-;?;tidak;B\n";
	await worker.open(festival, rows);
	const answered = await worker.tell(all);
	const [said] = await post(festival, "summary", {group_by: "kota"}, rows);
	assert.deepEqual([answered.rows, answered.rejected], [said.rows, said.rejected]);
	const {groups} = await worker.tell({type: "groups", column: 4});
	for (const {name, features} of groups)
		for (const [feature, {values, flags}] of Object.entries(features))
			assert.deepEqual({...values, ...flags}, {...said.groups[name].features[feature].entry,
				...Object.fromEntries(Object.keys(flags).map((one) =>
					[one, said.groups[name].features[feature][one]]))});
});
