// SPDX-License-Identifier: MIT
// Workbooks as programs write them, read by the worker of /dinas: those of a library, and odd ones
// made by hand. What cannot be read ends with a code, and never hangs.
import assert from "node:assert/strict";
import {createRequire} from "node:module";
import {after, test} from "node:test";
import {deflateRawSync} from "node:zlib";

import {startService, startWorker} from "./worker.mjs";

const service = await startService();
const worker = await startWorker();
after(() => service.stop());

// ---- a ZIP file of parts {name: text or bytes}

function numbers(...fields) {
	const buffer = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
	fields.reduce((at, [size, value]) => buffer.writeUIntLE(value, at, size), 0);
	return buffer;
}

function zip(parts, {flags = 0, full = null, method = 8} = {}) {
	const files = [], list = [];
	let at = 0;
	for (const [name, text] of Object.entries(parts)) {
		const bytes = Buffer.from(text), packed = method === 8 ? deflateRawSync(bytes) : bytes;
		const common = [[2, flags], [2, method], [4, 0], [4, 0], [4, packed.length],
			[4, full ?? bytes.length], [2, name.length]];
		files.push(numbers([4, 0x04034B50], [2, 20], ...common, [2, 0]), Buffer.from(name), packed);
		list.push(numbers([4, 0x02014B50], [2, 20], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [2, 0],
			[4, 0], [4, at]), Buffer.from(name));
		at += 30 + name.length + packed.length;
	}
	const size = list.reduce((sum, one) => sum + one.length, 0), {length} = Object.keys(parts);
	return Buffer.concat([...files, ...list, numbers([4, 0x06054B50], [4, 0], [2, length], [2, length],
		[4, size], [4, at], [2, 0])]);
}

// ---- workbooks of sheets [{name, state, rows: XML}]

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relations = (list) => `<Relationships xmlns="x">${list.map(([id, type, target]) =>
	`<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`).join("")}</Relationships>`;

function workbook(sheets, strings = "", prefix = "") {
	const p = prefix && `${prefix}:`;
	const parts = {
		"[Content_Types].xml": "<Types/>",
		"_rels/.rels": relations([["r1", "officeDocument", "xl/workbook.xml"]]),
		"xl/workbook.xml": `<?xml version="1.0"?><${p}workbook xmlns:q="${OFFICE}"><${p}sheets>${
			sheets.map(({name, state = "visible"}, i) => `<${p}sheet name="${name}" sheetId="${i + 1}"
				state="${state}" q:id="s${i}"/>`).join("")}</${p}sheets></${p}workbook>`,
		"xl/_rels/workbook.xml.rels": relations([["t", "sharedStrings", "sharedStrings.xml"],
			...sheets.map((_, i) => [`s${i}`, "worksheet", i % 2 ? `/xl/sheet${i}.xml` : `sheet${i}.xml`])]),
		"xl/sharedStrings.xml": `<${p}sst>${strings}</${p}sst>`,
	};
	for (const [i, {rows}] of sheets.entries())
		parts[`xl/sheet${i}.xml`] = `<${p}worksheet><${p}sheetData>${rows}</${p}sheetData></${p}worksheet>`;
	return parts;
}

const text = (cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`;
const rows = (...lines) => lines.map((cells) => `<row>${cells.map(text).join("")}</row>`).join("");
const open = (bytes) => worker.open(service, bytes, "odd.xlsx");

async function listRejected() {
	await worker.tell({type: "ask", defaults: {}});
	const {rows: found} = await worker.tell({type: "list", kind: "rejected", from: 0, count: 99});
	return found.map((one) => [one.sheet_row, ...Object.values(one.names)]);
}

test("cells of every kind", async () => {
	const strings = "<si><t>Jenis PTK</t></si><si><r><t>Gu</t></r><r><rPr/><t xml:space=\"preserve\">ra </t>" +
		"</r><rPh><t>x</t></rPh></si><si><t>a_x000D_&amp;&#98;</t></si>";
	const opened = await open(zip(workbook([{name: "Guru &amp; Staf", rows: `
		<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="str"><f>X()</f><v>Nama</v></c><c r="E2" t="s">
			<v>2</v></c></row>
		<row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4"><v>1234567890123456</v></c><c t="b"><v>1</v></c>
			<c t="e"><v>#N/A</v></c><c r="E4"><v>0.30000000000000004</v></c></row>
		<row><c t="inlineStr"><is><t><![CDATA[Gura]]></t></is></c><c t="n"><v>1.9E17</v></c><c r="C5" s="1"/>
			<c><f>1+1</f></c><c><v>-6.25</v></c></row>
		<row r="9" spans="1:5"/>`}], strings)));
	assert.deepEqual(opened.columns, ["Jenis PTK", "Nama", "", "", "a &b"]);
	assert.deepEqual([opened.header_row, opened.rows, opened.sheet, opened.formulas],
		[2, 2, "Guru & Staf", 1]);
	assert.deepEqual(await listRejected(),
		[[4, "Gura ", "1234567890123456", "TRUE", "", "0.3"],
			[5, "Gura", "190000000000000000", "", "", "-6.25"]]);
});

test("names with a prefix, parts that are not packed", async () => {
	const sheet = rows(["Jenis PTK"], ["Guru"]).replace(/<(\/?)/g, "<$1x:");
	const opened = await open(zip(workbook([{name: "A", rows: sheet}], "", "x"), {method: 0}));
	assert.deepEqual([opened.columns, opened.rows], [["Jenis PTK"], 1]);
});

test("the sheet with the best header, the first of equals, hidden ones last", async () => {
	const good = rows(["Jenis PTK", "Status Kepegawaian"], ["Guru", "PNS"]);
	const fair = rows(["Nama", "Jenis PTK"], ["a", "Guru"], ["b", "Tutor"]);
	const bytes = zip(workbook([{name: "H", state: "hidden", rows: good}, {name: "Isi", rows: rows(["x"])},
		{name: "A", rows: fair}, {name: "B", rows: fair}]));
	const opened = await open(bytes);
	assert.deepEqual([opened.sheet, opened.sheets.map((one) => one.name)], ["A", ["Isi", "A", "B", "H"]]);
	const other = await worker.tell({type: "sheet", name: "H"});
	assert.deepEqual([other.sheet, other.rows, other.read.length], ["H", 1, 2]);
	assert.equal((await worker.tell({type: "sheet", name: "Isi"})).code, "no_header");
});

const plain = workbook([{name: "A", rows: rows(["Jenis PTK"], ["Guru"])}]);
const container = Buffer.concat([Buffer.from("D0CF11E0A1B11AE1", "hex"), Buffer.alloc(2000)]);
const cut = `<worksheet><sheetData>${rows(["Jenis PTK"], ["Guru"])}<row>`;
const refused = {
	empty_file: [""],
	spreadsheet_old: [container],
	spreadsheet_locked: [Buffer.concat([container, Buffer.from("EncryptedPackage", "utf16le")]),
		zip(plain, {flags: 1})],
	spreadsheet_other: ["<html><table>", zip({"content.xml": "<a/>", mimetype: "application/ods"}),
		zip({...plain, "_rels/.rels": relations([["r", "officeDocument", "xl/workbook.bin"]])})],
	spreadsheet_broken: [zip(plain).subarray(0, 300), "PK\x03\x04", zip({...plain, "xl/sheet0.xml": cut}),
		zip({...plain, "xl/sheet0.xml": "a".repeat(4 << 20)}), zip({...plain, "xl/sheet0.xml": `<a>${
			">".repeat(4 << 20)}</a>`}),
		zip({...plain, "xl/workbook.xml": "<a><b></a>"}),
		zip({...plain, "xl/workbook.xml": "<workbook/>"}),
		Buffer.from(zip(plain)).fill(0x55, 500, 620)],
	too_large: [zip(plain, {full: 2 ** 32 - 2}),
		zip({...plain, "xl/workbook.xml": `<a>${"<b/>".repeat(5_000_000)}</a>`}, {full: 9}),
		zip({...plain, "xl/sheet0.xml": `<worksheet>${rows(["Jenis PTK"])}${
			rows(["Guru"]).repeat(1_048_577)}</worksheet>`}),
		// What a small file may grow to: anything, cells that are left out, a single text.
		zip({...plain, "xl/sheet0.xml": `<a>${`<b/>${" ".repeat(1020)}`.repeat(65 << 10)}</a>`}),
		zip({...plain, "xl/sheet0.xml": `<a>${rows(["Jenis PTK"])}${
			"<row><c r='ALL9'/></row>".repeat(110_000)}</a>`}),
		zip({...plain, "xl/sharedStrings.xml": `<sst><si>${`<t>${"a".repeat(1e5)}</t>`.repeat(11)}</si></sst>`})],
	not_a_table: ["%PDF-1.7", Buffer.from("\x89PNG\r\n", "latin1"), Buffer.from([0x1F, 0x8B, 8, 0]), "a\0b"],
	no_header: ["a;b\n1;2\n", zip(workbook([{name: "A", rows: rows(["x"], ["y"])}]))],
};
for (const [code, files] of Object.entries(refused))
	test(`refused, ${code}`, async () => {
		for (const [i, bytes] of files.entries())
			assert.deepEqual(await open(bytes).then(({type, code: got}) => [type, got]), ["failed", code],
				`file ${i + 1}`);
	});

test("a file that is gone before its end", async () => {
	for (const name of ["NotFoundError", "NotReadableError"])
		for (const bytes of [zip(plain), Buffer.from("Jenis PTK\nGuru\n")]) {
			const file = new Blob([bytes]), slice = file.slice.bind(file);
			let turns = 2;
			file.slice = (...range) => {
				if (!turns--)
					throw new DOMException("gone", name);
				return slice(...range);
			};
			const failed = await worker.tell({type: "open", file, rulebook: worker.rulebook, ...service});
			assert.deepEqual([failed.type, failed.code], ["failed", "unreadable"]);
		}
});

test("every cut of a workbook ends", async () => {
	const bytes = zip(plain);
	for (let size = 4; size < bytes.length; size += 7)
		assert.equal((await open(bytes.subarray(0, size))).type, "failed");
});

test("text that is no UTF-8", async () => {
	const text = "\uFEFFNama;Jenis PTK\r\nBéa;Guré\r\n";
	const files = {"utf-16le": Buffer.from(text, "utf16le"), "utf-16be": Buffer.from(text, "utf16le").swap16(),
		"windows-1252": Buffer.from(text.slice(1), "latin1"), "utf-8": Buffer.from(text)};
	for (const [encoding, bytes] of Object.entries(files)) {
		const opened = await open(bytes);
		assert.equal(opened.encoding, encoding);
		assert.deepEqual(await listRejected(), [[2, "Béa", "Guré"]]);
	}
});

let library = null;
try {
	library = createRequire(`${process.env.PMM_MODULES}/`)("@e965/xlsx");
} catch { /* skipped */ }
test("those of a library", {skip: !library && "its module is not installed"}, async () => {
	const table = [["Daftar Guru"], [], ["Nama", "NUPTK", "Jenis PTK", "Status Kepegawaian", "Aktif"]];
	for (let i = 0; i < 500; i++)
		table.push([`Guru ${i} <&>`, `${1e15 + i}`, i % 3 ? "Guru Kelas" : "Tutor", i % 2 ? "PNS" : "GTY", true]);
	for (const [bookSST, compression] of [[true, true], [false, true], [true, false]]) {
		const book = library.utils.book_new(), sheet = library.utils.aoa_to_sheet(table);
		sheet["!merges"] = [library.utils.decode_range("A1:E1")];
		library.utils.book_append_sheet(book, sheet, "Daftar Guru");
		await open(library.write(book, {type: "buffer", bookType: "xlsx", bookSST, compression}));
		assert.equal((await worker.tell({type: "ask", defaults: {}})).combinations, 4);
		const {groups} = await worker.tell({type: "groups", column: 0});
		assert.deepEqual([groups.length, groups[2].name], [500, "Guru 2 <&>"]);
	}
});
