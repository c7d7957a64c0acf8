// SPDX-License-Identifier: MIT
// The rows of an .xlsx file, in a stream: its ZIP directory is read here, the browser inflates,
// a tokenizer (vendor/) takes the XML apart, and of a sheet only the texts of its cells are kept.
// Dates stay the numbers that they are, styles are not read. What is broken ends with a Failure.
import {COLUMNS_MAX, Failure, HEAD_RECORDS} from "./@@table.js@@";
import {Parser} from "./@@xlsx.js@@";

// Inflated bytes: of a part, of what names the parts, of one token of XML.
const PART_MAX = 2 ** 31, LIST_MAX = 16 << 20, TOKEN_MAX = 1 << 20;
const DIRECTORY_END = 0x06054B50, DIRECTORY_ENTRY = 0x02014B50, TAIL_MAX = 22 + 0xFFFF;
const STOP = Symbol("enough was read");

const broken = () => new Failure("spreadsheet_broken");
const bytesOf = async (file, at, size) => new DataView(await file.slice(at, at + size).arrayBuffer());

// File name → where it is. A size past 32 bits stands behind the name.
async function readDirectory(file) {
	const tail = await bytesOf(file, Math.max(0, file.size - TAIL_MAX), TAIL_MAX), entries = new Map();
	let end = tail.byteLength - 22;
	while (end >= 0 && tail.getUint32(end, true) !== DIRECTORY_END)
		end--;
	const size = tail.getUint32(end + 12, true);
	const list = await bytesOf(file, tail.getUint32(end + 16, true), Math.min(size, LIST_MAX));
	for (let at = 0; at + 46 <= size && list.getUint32(at, true) === DIRECTORY_ENTRY;) {
		const short = (place) => list.getUint16(at + place, true);
		const name = new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, short(28)));
		const behind = at + 46 + short(28), wide = behind + 4;
		const isWide = short(30) >= 4 && list.getUint16(behind, true) === 1;
		let used = 0;
		const long = (place) => list.getUint32(at + place, true) === 0xFFFFFFFF && isWide ?
			Number(list.getBigUint64(wide + 8 * used++, true)) : list.getUint32(at + place, true);
		const full = long(24), packed = long(20);
		entries.set(name.toLowerCase().replaceAll("\\", "/"),
			{full, packed, at: long(42), isLocked: short(8) & 1, isPacked: short(10) === 8});
		at = behind + short(30) + short(32);
	}
	return entries;
}

async function open(file, entry) {
	if (!entry)
		throw broken();
	if (entry.isLocked)
		throw new Failure("spreadsheet_locked");
	const head = await bytesOf(file, entry.at, 30);
	const from = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
	const stream = file.slice(from, from + entry.packed).stream();
	return entry.isPacked ? stream.pipeThrough(new DecompressionStream("deflate-raw")) : stream;
}

const localName = (name) => name.slice(name.indexOf(":") + 1);

// Hands the elements of a part to ON: open(name, attributes()), text(text), close(name). STOP
// thrown by it is the end. TELL hears how many bytes more were read.
async function parse(file, entry, on, max = LIST_MAX, tell = () => {}) {
	const reader = (await open(file, entry)).getReader();
	const parser = new Parser(), decoder = new TextDecoder();
	let size = 0, token = 0;
	if (entry.full > max)
		throw new Failure("too_large");
	parser.on("error", (error) => {
		throw error;
	});
	parser.on("openTag", (name, attributes, decode) => on.open(localName(name), () => {
		const all = Object.entries(attributes()).map(([key, text]) => [localName(key), decode(text)]);
		return Object.fromEntries(all);
	}, attributes));
	parser.on("text", (text, decode) => on.text?.(text.includes("&") ? decode(text) : text));
	parser.on("cdata", (text) => on.text?.(text));
	parser.on("closeTag", (name) => on.close?.(localName(name)));
	try {
		for (let read; !(read = await reader.read()).done;) {
			const text = decoder.decode(read.value, {stream: true});
			size += read.value.length;
			token = text.includes(">") ? 0 : token + text.length;
			if (size > max || token > TOKEN_MAX)
				throw new Failure(size > max ? "too_large" : "spreadsheet_broken");
			parser.write(text.replaceAll("\x1F", " "));
			tell(read.value.length);
		}
		parser.end();
	} catch (error) {
		reader.cancel().catch(() => {});
		if (error !== STOP)
			throw error instanceof Failure ? error : broken();
	}
}

// The parts that a part refers to: id → {type, path}.
async function readRelations(file, entries, part) {
	const folder = part.slice(0, part.lastIndexOf("/") + 1), found = new Map();
	const path = `${folder}_rels/${part.slice(folder.length)}.rels`.toLowerCase();
	await parse(file, entries.get(path), {open(name, attributes) {
		const {Id: id, Type: type = "", Target: target = ""} = attributes();
		if (name === "Relationship")
			found.set(id, {type: type.slice(type.lastIndexOf("/") + 1),
				path: new URL(target, `file:///${folder}`).pathname.slice(1)});
	}});
	return found;
}

const pathOf = (relations, type) => [...relations.values()].find((one) => one.type === type)?.path;

// The sheets in their order, the hidden ones last.
async function readSheets(file, entries, part, relations) {
	const sheets = [];
	await parse(file, entries.get(part), {open(name, attributes) {
		const {name: title, id, state = "visible"} = name === "sheet" ? attributes() : {};
		const {type, path} = relations.get(id) ?? {};
		if (type === "worksheet")
			sheets.push({name: title, entry: entries.get(decodeURI(path).toLowerCase()),
				isHidden: state !== "visible"});
	}});
	return sheets.sort((a, b) => a.isHidden - b.isHidden);
}

// "_x000D_" stands for a character that XML has not.
const unescape = (text) => !text.includes("_x") ? text : text.replace(/_x([0-9A-F]{4})_/gi,
	(whole, code) => String.fromCharCode(parseInt(code, 16)).replace("\x1F", " "));

async function readStrings(file, entry, tell) {
	const strings = [];
	let text = "", isText = false, isPhonetic = false;
	await parse(file, entry, {
		open(name) {
			isPhonetic ||= name === "rPh";
			isText = name === "t" && !isPhonetic;
			if (name === "si")
				text = "";
		},
		text(more) {
			if (isText)
				text += more;
		},
		close(name) {
			isText = false;
			isPhonetic &&= name !== "rPh";
			if (name === "si")
				strings.push(unescape(text));
		},
	}, PART_MAX, tell);
	return strings;
}

// A number as a spreadsheet shows it, which knows 15 digits: 0.30000000000000004 is 0.3.
function numberText(text) {
	const number = Number(text);
	if (/^-?\d*$/.test(text) || !Number.isFinite(number))
		return text;
	const exact = Number.isSafeInteger(number) ? number : Number(number.toPrecision(15));
	return Number.isInteger(exact) ? BigInt(exact).toString() : String(exact);
}

function columnOf(place) {
	let column = 0;
	for (let i = 0, code; (code = place.charCodeAt(i) & 0x5F) >= 0x41; i++)
		column = column * 26 + code - 0x40;
	return column - 1;
}

const TEXTS = {
	s: (text, strings) => strings[text] ?? "",
	b: (text) => text === "1" ? "TRUE" : "FALSE",
	e: () => "",
	str: unescape, inlineStr: unescape, d: (text) => text,
};

// Calls take(cells, row) for each row. Returns how many formulas have no stored result.
async function readCells(file, entry, strings, take, tell) {
	let cells, row = 0, column, type, text, isText = false, isPhonetic = false, isOpen, formulas = 0;
	await parse(file, entry, {
		open(name, _, attributes) {
			if (name === "c") {
				const {r: place, t} = attributes();
				[column, type, text, isOpen] = [place ? columnOf(place) : column + 1, t, "", false];
			} else if (name === "row") {
				[cells, column] = [[], -1];
				row = Number(attributes().r) || row + 1;
			} else if (name === "v" || name === "t") {
				isText = !isPhonetic;
				isOpen = false;
			} else if (name === "f" || name === "rPh") {
				isOpen = name === "f";
				isPhonetic = !isOpen;
			}
		},
		text(more) {
			if (isText)
				text += more;
		},
		close(name) {
			isText = false;
			isPhonetic &&= name !== "rPh";
			if (name === "c" && column < COLUMNS_MAX) {
				formulas += isOpen;
				while (cells.length < column)
					cells.push("");
				cells[column] = text && (TEXTS[type] ?? numberText)(text, strings);
			} else if (name === "row") {
				take(cells, row);
			}
		},
	}, PART_MAX, tell);
	return formulas;
}

// Feeds rows to a table. Until the header is known they wait.
function feeder(table, isPeek) {
	const head = [];
	let best = null;
	const start = () => {
		if (isPeek)
			throw STOP;
		if (!best)
			throw new Failure("no_header");
		table.start(best.cells, best.row);
		for (const one of head.slice(head.indexOf(best) + 1))
			table.add(one.cells, one.row);
	};
	return {start, take(cells, row) {
		if (!table.header && row <= HEAD_RECORDS) {
			head.push({cells, row});
			best = table.rate(cells, row) ? head.at(-1) : best;
			if (table.isHeadOver(row))
				start();
			return;
		}
		if (!table.header)
			start();
		table.add(cells, row);
	}};
}

// Reads the sheet WANTED of FILE, or the one with the best header, into a table that makeTable()
// gives. Returns {table, sheets, sheet, formulas}.
export async function readWorkbook(file, wanted, makeTable, tell) {
	const entries = await readDirectory(file).catch(() => {
		throw broken();
	});
	if (!entries.has("_rels/.rels"))
		throw new Failure(entries.size ? "spreadsheet_other" : "spreadsheet_broken");
	const part = pathOf(await readRelations(file, entries, ""), "officeDocument");
	if (!part?.endsWith(".xml") || part.startsWith("word/") || part.startsWith("ppt/"))
		throw new Failure("spreadsheet_other");
	const relations = await readRelations(file, entries, part);
	const sheets = await readSheets(file, entries, part, relations);
	const stringsPart = entries.get(pathOf(relations, "sharedStrings")?.toLowerCase());
	let done = 0, total = stringsPart?.full ?? 0, best = null;
	const count = (more) => tell(done += more, Math.max(done, total));
	total += Math.max(0, ...sheets.map((one) => one.entry?.full ?? 0));
	const strings = stringsPart ? await readStrings(file, stringsPart, count) : [];
	for (const sheet of sheets.length > 1 && !wanted ? sheets : []) {
		const table = makeTable(), {take} = feeder(table, true);
		await readCells(file, sheet.entry, strings, take);
		if (table.best > (best?.rating ?? 0) && !(best && sheet.isHidden && !best.sheet.isHidden))
			best = {sheet, rating: table.best};
	}
	const sheet = sheets.find((one) => one.name === wanted) ?? best?.sheet ?? sheets[0];
	if (!sheet)
		throw broken();
	const table = makeTable(), {take, start} = feeder(table, false);
	const formulas = await readCells(file, sheet.entry, strings, take, count);
	if (!table.header)
		start();
	return {table, sheets: sheets.map(({name}) => ({name})), sheet: sheet.name, formulas};
}
