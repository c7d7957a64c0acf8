// SPDX-License-Identifier: MIT
// CSV as people have it: where records end, and their cells. It follows src/rows/csv.c rule by
// rule, so that the page and the service count the same rows: "," ";" or tab, LF, CRLF or CR,
// quotes with line breaks inside, a quote that never closes. Until the header is known (table.js
// rates what may be it) any delimiter counts. The text of a file is held as a whole, as its rows
// will be.
import {Failure} from "./@@table.js@@";

const PIECE_BYTES = 1 << 20, FILE_MAX = 500e6;
const ROW_MAX = 64 << 10; // of a record

// What is not UTF-8 is windows-1252, as an older Excel writes it.
async function decodeFile(file, tell) {
	const mark = new Uint8Array(await file.slice(0, 2).arrayBuffer()).join();
	const told = {"255,254": "utf-16le", "254,255": "utf-16be"}[mark];
	if (file.size > FILE_MAX)
		throw new Failure("too_large");
	for (const encoding of told ? [told] : ["utf-8", "windows-1252"]) {
		const decoder = new TextDecoder(encoding, {fatal: encoding === "utf-8"});
		let text = "";
		try {
			for (let at = 0; at < file.size; at += PIECE_BYTES) {
				const bytes = await file.slice(at, at + PIECE_BYTES).arrayBuffer();
				text += decoder.decode(bytes, {stream: at + PIECE_BYTES < file.size});
				tell(at / 2, file.size);
			}
			return {encoding, text: text.replace(/^\uFEFF/, "").replaceAll("\x1F", " ")};
		} catch (error) {
			if (!(error instanceof TypeError))
				throw error;
		}
	}
}

// The cells of a record. A quote counts at the start of a cell only.
function splitCells(record, delimiter) {
	if (!record.includes('"'))
		return record.split(delimiter);
	const cells = [];
	for (let at = 0, next; at >= 0; at = next) {
		let end = at, cell = null;
		if (record[at] === '"') {
			for (end++; end < record.length && (record[end] !== '"' || record[end + 1] === '"');)
				end += record[end] === '"' ? 2 : 1;
			cell = record.slice(at + 1, end).replaceAll('""', '"');
		}
		const stop = record.indexOf(delimiter, end);
		cells.push(cell ?? record.slice(at, stop < 0 ? record.length : stop));
		next = stop < 0 ? -1 : stop + 1;
	}
	return cells;
}

const isTooLarge = (record) => record.length > ROW_MAX ||
	(record.length > ROW_MAX / 3 && new TextEncoder().encode(record).length > ROW_MAX);

class Records {
	number = 0; // as a spreadsheet counts
	delimiters = ",;\t";
	head = null; // the best header so far

	constructor(text, table) {
		Object.assign(this, {text, table});
	}

	// Where the line ends, or -1.
	lineEnd(at, end) {
		const found = this.text.slice(at, end).search(/[\r\n]/);
		return found < 0 ? -1 : at + found;
	}

	pass(at) {
		return at + (this.text[at] === "\r" && this.text[at + 1] === "\n" ? 2 : 1);
	}

	// Returns what ends the record before END, or -1, and sets isMalformed: a quote stayed open, or
	// text follows a closed one.
	scan(at, end) {
		const line = this.lineEnd(at, end);
		let isInside = false, isClosed = false, isBroken = false, isStart = true;
		this.isMalformed = this.isOpen = false;
		if (!this.text.slice(at, line < 0 ? end : line).includes('"'))
			return line;
		for (; at < end; at++) {
			const c = this.text[at];
			if (isInside) {
				isInside = c !== '"';
				isStart = isClosed = c === '"'; // a doubled quote opens again
			} else if (c === "\n" || c === "\r") {
				break;
			} else if (c === '"' && isStart) {
				isInside = true;
			} else {
				isStart = this.delimiters.includes(c);
				isBroken ||= !isStart && isClosed && c !== " " && c !== "\t";
				isClosed &&= !isStart;
			}
		}
		this.isMalformed = isInside || isBroken;
		this.isOpen = isInside;
		return at < end ? at : -1;
	}

	take(at, stop) {
		const record = this.text.slice(at, stop), {table} = this;
		if (!table.header)
			this.takeHead(record, stop);
		else if (this.number++, this.isMalformed)
			table.reject(this.number, "malformed_csv");
		else if (this.isHuge || isTooLarge(record))
			table.reject(this.number, "too_large");
		else
			table.add(splitCells(record, this.delimiters), this.number);
	}

	// One of the first records; "sep=;" is none, and names the delimiter.
	takeHead(record, stop) {
		const sep = !this.number && this.delimiters.length > 1 && /^"?sep=([,;\t])"?$/i.exec(record);
		if (sep) {
			this.delimiters = sep[1];
			return;
		}
		this.number++;
		const isNone = this.isOpen || this.isHuge || isTooLarge(record);
		for (const delimiter of isNone ? "" : this.delimiters) {
			const cells = splitCells(record, delimiter);
			if (this.table.rate(cells, this.number))
				this.head = {delimiter, cells, number: this.number, next: this.pass(stop)};
		}
		this.isHeadOver = this.table.isHeadOver(this.number);
	}

	// Reads the records from AT on, in the head only until it is over. Where a quote never closes,
	// the lines that it holds together are read one by one; in what is too large it counts no more.
	read(at, tell) {
		const end = this.text.length;
		for (let lines = 0; at < end && !this.isHeadOver;) {
			const isFull = end - at > ROW_MAX, limit = isFull ? at + ROW_MAX : end;
			let stop = at < lines ? this.lineEnd(at, lines) : -1;
			const isLine = stop >= 0, found = this.scan(at, isLine ? stop : limit);
			stop = isLine ? stop : found;
			if (stop < 0 && isFull && !this.isOpen && /[\r\n]/.test(this.text[limit]))
				stop = limit;
			if (!isLine && this.isMalformed && this.lineEnd(at, stop < 0 ? limit : stop) >= 0) {
				lines = stop < 0 ? limit : this.pass(stop);
				continue;
			}
			this.isHuge = stop < 0 && isFull;
			if (stop < 0) {
				this.isMalformed &&= !isFull;
				stop = this.lineEnd(limit, end);
				stop = stop < 0 ? end : stop;
			}
			this.take(at, stop);
			at = this.pass(stop);
			tell((end + at) / 2, end);
		}
	}
}

// Reads FILE into TABLE.
export async function readCsv(file, table, tell) {
	const {encoding, text} = await decodeFile(file, tell), records = new Records(text, table);
	table.encoding = encoding;
	records.read(0, tell);
	if (!records.head)
		throw new Failure("no_header");
	// Behind the header only its delimiter counts.
	const {delimiter, cells, number, next} = records.head;
	Object.assign(records, {delimiters: delimiter, number, isHeadOver: false});
	table.start(cells, number);
	records.read(next, tell);
}
