// SPDX-License-Identifier: MIT
// The rows of an .xlsx file, in a stream: its ZIP directory is read here, the browser inflates, a
// tokenizer (vendor/) takes the XML apart, and of a sheet only the texts of its cells are kept.
// Dates stay the numbers that they are, styles are not read. What is broken ends with a Failure.
import {COLUMNS_MAX, Failure, HEAD_RECORDS} from "./@@table.js@@";
import {Parser} from "./@@xlsx.js@@";

// Inflated bytes: of a part, of what names the parts, of one token of XML.
const PART_MAX = 2 ** 31, LIST_MAX = 16 << 20, TOKEN_MAX = 1 << 20;
// No sheet of people packs so well; a small file that means to fill the memory does.
const RATIO_MAX = 200, RATIO_FREE = 64 << 20;
const BLANKS_MAX = 100e6; // cells without text, of a sheet
// Characters: of all shared strings, what one takes beside its own, of a cell.
const STRINGS_MAX = 300e6, STRING_COST = 16, CELL_MAX = 1 << 20;
const DIRECTORY_END = 0x06054B50, TAIL_MAX = 22 + 0xFFFF;
const STOP = Symbol("enough was read");

const bytesOf = async (file, at, size) => new DataView(await file.slice(at, at + size).arrayBuffer());

// Name of a part → where it is. A size past 32 bits stands behind the name.
async function readDirectory(file) {
	const tail = await bytesOf(file, Math.max(0, file.size - TAIL_MAX), TAIL_MAX), parts = new Map();
	let end = tail.byteLength - 22;
	while (tail.getUint32(end, true) !== DIRECTORY_END)
		end--;
	const list = await bytesOf(file, tail.getUint32(end + 16, true),
		Math.min(tail.getUint32(end + 12, true), LIST_MAX));
	for (let at = 0; at + 46 <= list.byteLength;) {
		const short = (place) => list.getUint16(at + place, true);
		const behind = at + 46 + short(28);
		let wide = short(30) && list.getUint16(behind, true) === 1 ? behind + 4 : 0;
		const long = (place) => {
			const size = list.getUint32(at + place, true);
			return size < 0xFFFFFFFF || !wide ? size : Number(list.getBigUint64((wide += 8) - 8, true));
		};
		const name = new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, short(28)));
		parts.set(name.toLowerCase().replaceAll("\\", "/"), {full: long(24), packed: long(20),
			at: long(42), isLocked: short(8) & 1, isPacked: short(10) === 8});
		at = behind + short(30) + short(32);
	}
	return parts;
}

async function open(file, part) {
	const head = await bytesOf(file, part.at, 30);
	const from = part.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
	const stream = file.slice(from, from + part.packed).stream();
	return (part.isPacked ? stream.pipeThrough(new DecompressionStream("deflate-raw")) : stream)
		.getReader();
}

const localName = (name) => name.slice(name.indexOf(":") + 1);

// Hands the elements of a part to ON: open(name, attributes()), text(text), close(name); STOP
// thrown by it is the end. TELL hears how many bytes more were read.
async function parse(file, part, on, {max = LIST_MAX, tell = () => {}} = {}) {
	if (part.isLocked || part.full > max)
		throw new Failure(part.isLocked ? "spreadsheet_locked" : "too_large");
	const reader = await open(file, part), parser = new Parser(), decoder = new TextDecoder();
	const most = Math.min(max, Math.max(RATIO_FREE, RATIO_MAX * part.packed));
	let size = 0, token = 0;
	parser.on("error", (error) => {
		throw error;
	});
	parser.on("openTag", (name, ...more) => on.open(localName(name), ...more));
	parser.on("text", (text, decode) => on.text?.(text.includes("&") ? decode(text) : text));
	parser.on("cdata", (text) => on.text?.(text));
	parser.on("closeTag", (name) => on.close?.(localName(name)));
	try {
		for (let read; !(read = await reader.read()).done;) {
			const text = decoder.decode(read.value, {stream: true});
			size += read.value.length;
			token = text.includes(">") && text.includes("<") ? 0 : token + text.length;
			if (size > most || token > TOKEN_MAX)
				throw new Failure(size > most ? "too_large" : "spreadsheet_broken");
			parser.write(text.replaceAll("\x1F", " "));
			tell(read.value.length);
		}
		parser.end();
	} catch (error) {
		reader.cancel().catch(() => {});
		if (error !== STOP)
			throw error;
	}
}

// The parts that the part PATH refers to: id → {type, part}.
async function readRelations(file, parts, path) {
	const folder = path.slice(0, path.lastIndexOf("/") + 1), found = new Map();
	const list = parts.get(`${folder}_rels/${path.slice(folder.length)}.rels`.toLowerCase());
	await parse(file, list, {open(name, attributes) {
		const {Id: id, Type: type = "", Target: target = ""} = attributes();
		const place = decodeURI(new URL(target, `file:///${folder}`).pathname).slice(1);
		found.set(id, {type: localName(type.replace(/^.*\//, "")), path: place,
			part: parts.get(place.toLowerCase())});
	}});
	return found;
}

const related = (relations, type) => [...relations.values()].find((one) => one.type === type);

// The sheets in their order, the hidden ones last.
async function readSheets(file, part, relations) {
	const sheets = [];
	await parse(file, part, {open(name, attributes, decode) {
		const all = name === "sheet" ? Object.entries(attributes()) : [];
		const of = (key) => all.find(([one]) => localName(one) === key)?.[1];
		const {type, part: sheet} = relations.get(of("id")) ?? {};
		if (type === "worksheet" && sheet)
			sheets.push({name: decode(of("name")), part: sheet, isHidden: /hidden/i.test(of("state"))});
	}});
	return sheets.sort((a, b) => a.isHidden - b.isHidden);
}

// "_x000D_" stands for a character that XML has not.
const unescape = (text) => !text.includes("_x") ? text : text.replace(/_x([0-9A-F]{4})_/gi,
	(whole, code) => String.fromCharCode(parseInt(code, 16)).replace("\x1F", " "));

// What collects the text of elements; how a word is pronounced ("rPh") is none of it.
function collector(isText) {
	const own = {value: "", isOn: false, isPhonetic: false};
	return Object.assign(own, {
		open(name) {
			own.isPhonetic ||= name === "rPh";
			own.isOn = isText(name) && !own.isPhonetic;
		},
		text(more) {
			if (own.isOn)
				own.value += more;
			if (own.value.length > CELL_MAX)
				throw new Failure("too_large");
		},
		close(name) {
			own.isOn = false;
			own.isPhonetic &&= name !== "rPh";
		},
	});
}

async function readStrings(file, part, tell) {
	const strings = [], text = collector((name) => name === "t");
	let size = 0;
	await parse(file, part, {text: text.text, open: text.open, close(name) {
		text.close(name);
		if (name === "si") {
			strings.push(unescape(text.value));
			size += text.value.length + STRING_COST;
			text.value = "";
			if (size > STRINGS_MAX)
				throw new Failure("too_large");
		}
	}}, {max: PART_MAX, tell});
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
	str: unescape, inlineStr: unescape,
};

// Calls take(cells, row) for each row. Returns how many formulas have no stored result.
async function readCells(file, part, strings, take, tell) {
	const text = collector((name) => name === "v" || name === "t");
	let cells, row = 0, column, type, isOpen, formulas = 0, blanks = 0;
	await parse(file, part, {
		text: text.text,
		open(name, attributes) {
			text.open(name);
			if (name === "c") {
				const {r: place, t} = attributes();
				[column, type, text.value, isOpen] = [place ? columnOf(place) : column + 1, t, "", false];
			} else if (name === "row") {
				[cells, column, row] = [[], -1, Number(attributes().r) || row + 1];
			} else if (name === "f" || name === "v") {
				isOpen = name === "f";
			}
		},
		close(name) {
			text.close(name);
			if (name === "c" && (blanks += !text.value) > BLANKS_MAX)
				throw new Failure("too_large");
			if (name === "c" && column < COLUMNS_MAX) {
				formulas += isOpen;
				for (; cells.length < column; blanks++)
					cells.push("");
				cells[column] = text.value && (TEXTS[type] ?? numberText)(text.value, strings);
			} else if (name === "row") {
				take(cells, row);
			}
		},
	}, {max: PART_MAX, tell});
	return formulas;
}

// The best header among the first rows of SHEET: {sheet, rating, cells, row}.
async function findHead(file, sheet, strings, table) {
	const head = {sheet, rating: 0};
	await readCells(file, sheet.part, strings, (cells, row) => {
		if (row <= HEAD_RECORDS && table.rate(cells, row))
			Object.assign(head, {rating: table.best, cells, row});
		if (table.isHeadOver(row))
			throw STOP;
	});
	return head;
}

// Reads the sheet WANTED of FILE, or the one with the best header, into a table that makeTable()
// gives. Returns {table, sheets, sheet, formulas}.
export async function readWorkbook(file, wanted, makeTable, tell) {
	const parts = await readDirectory(file);
	if (!parts.has("_rels/.rels"))
		throw new Failure("spreadsheet_other");
	const book = related(await readRelations(file, parts, ""), "officeDocument");
	if (!/^(?!word|ppt).*\.xml$/.test(book.path))
		throw new Failure("spreadsheet_other");
	const relations = await readRelations(file, parts, book.path);
	const sheets = await readSheets(file, book.part, relations);
	const stringsPart = related(relations, "sharedStrings")?.part;
	const largest = Math.max(...sheets.map((one) => one.part.full));
	let done = 0;
	const count = (more) => tell(done += more, Math.max(done, (stringsPart?.full ?? 0) + largest));
	const strings = stringsPart ? await readStrings(file, stringsPart, count) : [];
	let best = null;
	for (const sheet of sheets.filter((one) => one.name === (wanted ?? one.name))) {
		const head = await findHead(file, sheet, strings, makeTable());
		if (!best || (head.rating > best.rating && !(best.rating && sheet.isHidden && !best.sheet.isHidden)))
			best = head;
	}
	if (!best.rating)
		throw new Failure("no_header");
	const table = makeTable();
	table.start(best.cells, best.row);
	const formulas = await readCells(file, best.sheet.part, strings, (cells, row) => {
		if (row > best.row)
			table.add(cells, row);
	}, count);
	return {table, sheets: sheets.map(({name}) => ({name})), sheet: best.sheet.name, formulas};
}
