// SPDX-License-Identifier: MIT
// The rows of a file, wherever they came from: which record is the header, which are no person
// (as src/rows/csv_head.c and csv_row.c have it), and their texts, one string a row. It does not
// know what the service makes of them.
import {fold, isWordOf} from "./@@words.js@@";

export const HEAD_RECORDS = 30, COLUMNS_MAX = 1024;
const ROWS_MAX = 1_048_576, TEXT_MAX = 500e6, NAME_MAX = 1024; // characters
export const CELL_END = "\x1F"; // between the cells of a row; no file has it

// Why a file, or a question, ends without an answer.
export class Failure extends Error {
	constructor(code, more) {
		super(code);
		Object.assign(this, {code, ...more});
	}
}

const isBlank = (cell) => /^[ \t\u00A0]*$/.test(cell);

// The number in a cell such as "(3)" or "3."; 0: it is blank, -1: it holds something else.
function readNumber(cell) {
	const found = /^-?([ ([.\])0-9]*)$/.exec(cell === "-" ? "x" : cell);
	return found ? Number(found[1].replace(/\D/g, "")) : -1;
}

// Whether cells number the columns, each by its place or by counting on.
function isNumbering(cells) {
	let count = 0, last = 0;
	for (const [i, cell] of cells.entries()) {
		const number = readNumber(cell);
		if (number && number !== i + 1 && number !== last + 1)
			return false;
		count += number && 1;
		last = number || last;
	}
	return count > 1;
}

export class Table {
	header = null;
	texts = [];
	sheetRows = [];
	skipped = [];
	rejected = new Map(); // row → code
	best = 0; // of what may be the header
	size = 0;

	constructor(names) {
		this.names = names;
		this.most = 4 * new Set([...names.values()].map((one) => one.fact)).size + 3;
	}

	// Whether CELLS, of record NUMBER, make a better header than all before: more facts, then
	// the look of one; as good a one only as another way to read the same record.
	rate(cells, number) {
		const facts = new Set();
		let before = null, hasValue = false, count = 0;
		for (const cell of cells) {
			const text = cell.slice(0, NAME_MAX), folded = fold(text), meaning = this.names.get(folded);
			if (!folded)
				continue;
			if (meaning)
				facts.add(meaning.fact);
			hasValue ||= !meaning && before && isWordOf(before, text);
			before = meaning;
			count++;
		}
		const looks = hasValue || count === 1 ? 1 : count === 2 && !before ? 2 : 3;
		const rating = facts.size && 4 * facts.size + looks;
		const isBetter = rating > this.best || (rating && rating === this.best &&
			number === this.bestNumber && cells.length > this.bestColumns);
		if (isBetter)
			[this.best, this.bestNumber, this.bestColumns] = [rating, number, cells.length];
		return isBetter;
	}

	// Whether no record behind NUMBER can be the header.
	isHeadOver(number) {
		return this.best === this.most || number >= HEAD_RECORDS;
	}

	get rows() {
		return this.texts.length;
	}

	// CELLS are the header, in row NUMBER of the sheet.
	start(cells, number) {
		const width = cells.findLastIndex((cell) => !isBlank(cell)) + 1;
		if (width > COLUMNS_MAX)
			throw new Failure("too_large");
		// Copied, for a piece of a text holds all of it.
		this.header = cells.slice(0, width).join(CELL_END).split(CELL_END);
		this.headerRow = number;
		this.folded = cells.map(fold);
		this.isUnderHeader = true;
	}

	isHeader(cells) {
		for (let i = 0; i < cells.length || i < this.folded.length; i++)
			if (fold(cells[i] ?? "") !== (this.folded[i] ?? ""))
				return false;
		return true;
	}

	// A record behind the header: a row, or none.
	add(cells, number) {
		if (cells.every(isBlank))
			return;
		const wasHeader = this.isUnderHeader;
		this.isUnderHeader = this.isHeader(cells);
		if (this.isUnderHeader || (wasHeader && isNumbering(cells)))
			this.skipped.push(this.rows);
		this.keep(cells.slice(0, this.header.length).join(CELL_END), number);
	}

	// A row that cannot be read, and why.
	reject(number, code) {
		this.rejected.set(this.rows, code);
		this.keep("", number);
	}

	keep(text, number) {
		this.size += text.length;
		if (this.rows === ROWS_MAX || this.size > TEXT_MAX)
			throw new Failure("too_large");
		this.texts.push(text);
		this.sheetRows.push(number);
	}

	cells(row) {
		return this.texts[row].split(CELL_END);
	}

	cell(row, column) {
		return this.texts[row].split(CELL_END, column + 1)[column] ?? "";
	}

	// The names of the columns, so that each is told from the others.
	get columns() {
		const seen = new Map();
		return this.header.map((name) => {
			const text = name.trim().replace(/\s+/g, " "), count = (seen.get(text) ?? 0) + 1;
			seen.set(text, count);
			return count > 1 && text ? `${text} (${count})` : text;
		});
	}
}
