// SPDX-License-Identifier: MIT
// Lists of invented people, as tables of text, and as the bytes of files that hold them.
import {workbooks} from "./harness.mjs";

const HEADER = ["No", "Nama", "NIK", "Status Kepegawaian", "Jenis PTK", "Tugas Tambahan", "Email",
	"Sekolah", "Kecamatan", "Akun Belajar.id"];
const STATUS = ["PNS", "PPPK", "GTY/PTY", "Honor Daerah TK.II Kab/Kota", "CPNS",
	"PNS Diperbantukan", "", "PPPK Paruh Waktu", "Guru Honor Sekolah"];
const ROLES = ["Guru Kelas", "Guru Mapel", "Guru BK", "Tenaga Administrasi", "Guru Mapel",
	"Kepala Sekolah"];
const ACCOUNT = ["ya", "tidak", "-", "ya", "ya", "belum"];
const NAMES = ["Melati", "Mawar", "Kenanga", "Cempaka", "Dahlia", "Anggrek", "Seruni", "Teratai"];

// COUNT people of a made-up district; every 97th has a status that nobody knows.
export function district(count, schools = 40) {
	return [HEADER, ...Array.from({length: count}, (_, i) => [
		String(i + 1),
		`${NAMES[i % NAMES.length]} Rekaan ${i}`,
		`99${String(i).padStart(14, "0")}`,
		i % 97 === 96 ? "PNSS" : STATUS[(i * 7 + (i >> 4)) % STATUS.length],
		ROLES[(i * 5 + (i >> 5)) % ROLES.length],
		i % 61 === 60 ? "Kepala Sekolah" : "",
		`orang${i}@surel.example`,
		`SD Rekaan ${1 + (i * 3 + (i >> 6)) % schools}`,
		`Kecamatan ${"ABCDE"[(i >> 3) % 5]}`,
		ACCOUNT[(i + (i >> 7)) % ACCOUNT.length],
	])];
}

const quoted = (cell, delimiter) =>
	(cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export const csv = (rows, delimiter = ",", end = "\r\n") =>
	rows.map((row) => row.map((cell) => quoted(cell, delimiter)).join(delimiter) + end).join("");

/* The workbook that a library writes of ROWS, below titles as an export has them, behind a sheet of
 * something else; numbers are numbers, and texts are shared. */
export function workbook(rows, type = "xlsx") {
	const {utils, write} = workbooks();
	const cells = rows.map((row, i) =>
		row.map((cell, j) => (i && j === 0 ? Number(cell) : cell || null)));
	const sheet = utils.aoa_to_sheet([["Daftar Guru"], ["Kabupaten Contoh"], [], ...cells]);
	sheet["!merges"] = [utils.decode_range("A1:J1")];
	const book = utils.book_new();
	utils.book_append_sheet(book, sheet, "Daftar Guru");
	const other = utils.aoa_to_sheet([["Petunjuk"], ["Isi lembar pertama."]]);
	utils.book_append_sheet(book, other, "Petunjuk");
	return write(book, {type: "buffer", bookType: type, bookSST: true, compression: true});
}
