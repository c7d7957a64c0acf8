// SPDX-License-Identifier: MIT
// CSV as people have it, in a stream: where records end, and their cells. It follows
// src/rows/csv.c rule by rule, so that the page and the service count the same rows: "," ";" or
// tab, LF, CRLF or CR, quotes with line breaks inside, a quote that never closes. Until the
// header is known (table.js rates what may be it) any delimiter counts, and all text is kept.
import {Failure} from "./@@table.js@@";

const PIECE_BYTES = 1 << 18;
const ROW_MAX = 64 << 10; // of a record
const LINE_MAX = 32 << 20; // of one that is too large, and passed over

// The cells of a record. A quote counts at the start of a cell only.
function splitCells(record, delimiter) {
	if (!record.includes('"'))
		return record.split(delimiter);
	const cells = [];
	for (let at = 0, next; at >= 0; at = next) {
		let end = at + 1, cell = null;
		if (record[at] === '"') {
			while (end < record.length && (record[end] !== '"' || record[end + 1] === '"'))
				end += record[end] === '"' ? 2 : 1;
			cell = record.slice(at + 1, end).replaceAll('""', '"');
		}
		const stop = record.indexOf(delimiter, cell === null ? at : end);
		cells.push(cell ?? record.slice(at, stop < 0 ? record.length : stop));
		next = stop < 0 ? -1 : stop + 1;
	}
	return cells;
}

const isLineEnd = (c) => c === "\n" || c === "\r";
const isTooLarge = (record) => record.length > ROW_MAX ||
	(record.length > ROW_MAX / 3 && new TextEncoder().encode(record).length > ROW_MAX);

class Records {
	text = "";
	next = 0; // the current record's place in it
	number = 0; // as a spreadsheet counts
	delimiters = ",;\t";
	head = null; // the best header so far

	constructor(table) {
		this.table = table;
		this.start();
	}

	start() {
		this.scanned = 0;
		this.hasQuote = this.isInside = this.isClosed = this.isBroken = false;
		this.isStart = true;
	}

	// Where the line ends, or -1.
	lineEnd(at, end) {
		const found = this.text.slice(at, end).search(/[\r\n]/);
		return found < 0 ? -1 : at + found;
	}

	pass(at) {
		return at + (this.text[at] === "\r" && this.text[at + 1] === "\n" ? 2 : 1);
	}

	// Reads on to what ends the record, or returns -1.
	scan(at, end) {
		if (!this.hasQuote) {
			const stop = this.lineEnd(at, end), last = stop < 0 ? end : stop;
			this.hasQuote = this.text.slice(at, last).includes('"');
			if (!this.hasQuote) {
				if (at < last && stop < 0)
					this.isStart = this.delimiters.includes(this.text[last - 1]);
				return stop;
			}
		}
		for (; at < end; at++) {
			const c = this.text[at];
			if (this.isInside) {
				this.isInside = c !== '"';
				this.isStart = this.isClosed = c === '"'; // a doubled quote opens again
			} else if (isLineEnd(c)) {
				return at;
			} else if (c === '"' && this.isStart) {
				this.isInside = true;
			} else {
				this.isStart = this.delimiters.includes(c);
				this.isBroken ||= !this.isStart && this.isClosed && c !== " " && c !== "\t";
				this.isClosed &&= !this.isStart;
			}
		}
		return -1;
	}

	get isMalformed() {
		return this.isInside || this.isBroken;
	}

	take(at, stop) {
		const record = this.text.slice(at, stop), {table} = this;
		if (!table.header)
			this.takeHead(record, stop);
		else if (this.number++, this.isMalformed)
			table.reject(this.number, "malformed_csv");
		else if (isTooLarge(record))
			table.reject(this.number, "too_large");
		else
			table.add(splitCells(record, this.delimiters), this.number);
		this.start();
	}

	// One of the first records; "sep=;" is none, and names the delimiter.
	takeHead(record, stop) {
		const sep = !this.number && /^"?sep=([,;\t])"?$/i.exec(record);
		if (sep && this.delimiters.length > 1) {
			this.delimiters = sep[1];
			return;
		}
		this.number++;
		for (const delimiter of this.isInside || isTooLarge(record) ? "" : this.delimiters) {
			const cells = splitCells(record, delimiter);
			if (this.table.rate(cells, this.number))
				this.head = {delimiter, cells, number: this.number, next: this.pass(stop)};
		}
		this.isHeadOver = this.table.isHeadOver(this.number);
	}

	// A quote that never closes: the lines before LIMIT are read one by one.
	readLines(at, limit) {
		this.start();
		for (let stop; !this.isHeadOver && at < limit && (stop = this.lineEnd(at, limit)) >= 0;) {
			this.scan(at, stop);
			this.take(at, stop);
			at = this.pass(stop);
		}
		return at;
	}

	read(isOver) {
		const end = this.text.length;
		let at = this.next;
		while (at < end && !this.isHeadOver) {
			const isFull = end - at > ROW_MAX, limit = isFull ? at + ROW_MAX : end;
			let stop = this.scan(at + this.scanned, limit);
			if (stop < 0 && isFull && !this.isInside && isLineEnd(this.text[limit]))
				stop = limit;
			const isHuge = stop < 0 && isFull;
			const isWhole = stop < 0 ? isFull : stop + 1 < end || this.text[stop] === "\n";
			if (this.isMalformed && (isOver || isWhole) &&
				this.lineEnd(at, stop < 0 ? limit : stop) >= 0) {
				at = this.readLines(at, stop < 0 ? limit : this.pass(stop));
				continue;
			}
			if (isHuge) { // quotes do not count in it any more
				this.isInside = this.isBroken = false;
				stop = this.lineEnd(limit, end);
			}
			if (stop < 0 && isOver)
				stop = end;
			if (stop < 0 || (stop + 1 === end && this.text[stop] === "\r" && !isOver)) {
				this.scanned = (isHuge || stop < 0 ? limit : stop) - at;
				break;
			}
			this.take(at, stop);
			at = this.pass(stop);
		}
		this.next = Math.min(at, end);
	}

	// What is behind the header is read again, for only its delimiter counts now.
	feed(text, isOver) {
		this.text += text.replaceAll("\x1F", " ");
		this.read(isOver);
		if (!this.table.header && this.head && (this.isHeadOver || isOver)) {
			const {delimiter, cells, number, next} = this.head;
			Object.assign(this, {delimiters: delimiter, number, next, isHeadOver: false});
			this.table.start(cells, number);
			this.start();
			this.read(isOver);
		}
		if (this.table.header)
			[this.text, this.next] = [this.text.slice(this.next), 0];
		if (this.text.length > LINE_MAX)
			throw new Failure("too_large");
	}
}

// Feeds a file piece by piece. ENCODING null: UTF-8; a TypeError: it is none.
async function feedFile(records, file, encoding, tell) {
	const decoder = new TextDecoder(encoding ?? "utf-8", {fatal: !encoding});
	for (let at = 0; at < file.size; at += PIECE_BYTES) {
		const bytes = await file.slice(at, at + PIECE_BYTES).arrayBuffer();
		const text = decoder.decode(bytes, {stream: true});
		records.feed(at ? text : text.replace(/^\uFEFF/, ""), false);
		tell(Math.min(at + PIECE_BYTES, file.size), file.size);
	}
	records.feed(decoder.decode(), true);
}

// Reads FILE, which begins with the bytes FIRST, into a table that makeTable() gives, and
// returns that. What is not UTF-8 is windows-1252, as an older Excel writes it.
export async function readCsv(file, first, makeTable, tell) {
	const mark = {"255 254": "utf-16le", "254 255": "utf-16be"}[`${first[0]} ${first[1]}`];
	for (const encoding of mark ? [mark] : [null, "windows-1252"]) {
		const table = makeTable();
		table.encoding = encoding ?? "utf-8";
		try {
			await feedFile(new Records(table), file, encoding, tell);
			return table;
		} catch (error) {
			if (encoding || !(error instanceof TypeError))
				throw error;
		}
	}
}
