// SPDX-License-Identifier: MIT
// Every sentence that the page of a district says itself, in both languages. The words for facts,
// features and values are no part of it: they are the rulebook's.

import {lang} from "./@@labels.js@@";

const say = (id, en) => (lang === "en" ? en : id);
const format = new Intl.NumberFormat(lang);
export const n = (value) => format.format(value);
export const day = (text) => new Date(text).toLocaleDateString(say("id", "en-GB"),
	{dateStyle: "long", timeZone: "UTC"});
const people = (value) => `${n(value)} ${say("orang", value === 1 ? "person" : "people")}`;
const rows = (value) => `${n(value)} ${say("baris", value === 1 ? "row" : "rows")}`;

export function sentence(parts, and) {
	return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} ${and} ${parts.at(-1)}`;
}

export const t = {
	about: (title) => say(` Aturannya: ${title}.`, ` The rules: ${title}.`),
	chosen: (name) => say(`Berkas sekarang: ${name}.`, `The file now: ${name}.`),
	reading: say("Membaca berkas", "Reading the file"),
	sending: say("Bertanya kepada layanan", "Asking the service"),
	counting: say("Menghitung", "Counting"),
	passed: (total) => say(`${rows(total)} dilewati`, `${rows(total)} skipped`),
	done: (total, skipped) => total ? `${say("Selesai", "Done")}: ${rows(total)}${skipped ?
		say(`, ${n(skipped)} di antaranya dilewati`, `, of which ${n(skipped)} skipped`) : ""}. ${
		say("Hasilnya ada di bawah.", "The results are below.")}` :
		say("Tidak ada baris di bawah judul kolom.", "There is no row below the titles of columns."),
	cancelled: say("Dibatalkan. Silakan pilih berkas lagi.", "Cancelled. You can choose a file again."),
	one_only: (total) => say(`Anda menjatuhkan ${n(total)} berkas. Satu per satu saja, ya.`,
		`You dropped ${n(total)} files. One at a time, please.`),
	sheet: (name) => say(`lembar “${name}”`, `sheet “${name}”`),
	header: (row) => say(`judul kolom di baris ${n(row)}`, `titles of columns in row ${n(row)}`),
	data: (total) => say(`${rows(total)} data`, `${rows(total)} of data`),
	formulas: (total) => say(`Rumus tanpa hasil: ${n(total)} sel, dianggap kosong. Simpan ulang di Excel.`,
		`Formulas without a result: ${n(total)} ${total === 1 ? "cell" : "cells"}, taken as empty. ` +
			"Save the file in Excel again."),
	use: (fact) => say(` dibaca sebagai ${fact}`, ` is read as ${fact}`),
	leave: say("Jangan pakai", "Do not use"),
	left: say(" tidak dipakai", " is not used"), retake: say("Pakai lagi", "Use it again"),
	near: (word) => say(` mirip ${word}, tetapi belum dipakai`, ` comes near ${word}, and is not used`),
	take: (fact) => say(`Pakai sebagai ${fact}`, `Use as ${fact}`),
	untitled: (number) => say(`kolom ${number} (tanpa judul)`, `column ${number} (untitled)`),
	unknown: say("Belum tahu", "Not known"),
	sent: (columns, total) => say(
		`Yang dikirim: ${columns || "–"}, tanpa nama dan kolom lain; ${n(total)} kombinasi isi.`,
		`What is sent: ${columns || "–"}, without names and other columns; ` +
			`${n(total)} ${total === 1 ? "combination" : "combinations"}.`),
	headline: (feature, total, parts) => say(`${feature}: dari ${people(total)}, ${parts}.`,
		`${feature}: of ${people(total)}, ${parts}.`),
	flagged: (total, label) => `${people(total)}: ${label}`,
	hidden: (label, facts) => say(`“${label}” baru bisa dihitung penuh kalau ${facts} diketahui.`,
		`“${label}” can be counted in full only once this is known: ${facts}.`),
	rejects: (total) => say(`${rows(total)} ditolak, belum terhitung`, `${rows(total)} rejected`),
	nobody: say("Tidak ada orang yang bisa dihitung di berkas ini.", "Nobody in this file was counted."),
	regrouped: (column) => say(`“${column}” memuat lebih dari 10.000 kelompok, jadi tidak dipakai.`,
		`“${column}” holds more than 10,000 groups, and is not used.`),
	no_group: say("semua bersama", "all together"),
	no_name: say("tanpa nama", "no names"),
	caption: (attribute, column) => say(`Jumlah orang menurut ${attribute}`, `People by ${attribute}`) +
		(column && say(`, per ${column}`, `, for each ${column}`)),
	chart: (total) => say(`Bagan batang: ${n(total)} kelompok. Angkanya ada di tabel di bawah.`,
		`Bar chart: ${n(total)} groups. The table below has the numbers.`),
	all_bars: (total) => say(`Tampilkan semua ${n(total)} kelompok`, `Show all ${n(total)} groups`),
	group: say("Kelompok", "Group"), people: say("Orang", "People"), total: say("Semua", "All"),
	rejected: say("ditolak", "rejected"), empty: say("(kosong)", "(empty)"),
	sheet_row: say("Baris", "Row"), name: say("Nama", "Name"), value: say("Isinya", "It says"),
	lacking: say("Sebabnya", "Why"), missing: say("Belum diketahui", "Not known"),
	column: say("Kolom", "Column"), reason: say("Cara membetulkan", "How to mend it"),
	next: (total, rest) => say(`${n(total)} berikutnya (sisa ${n(rest)})`,
		`Next ${n(total)} (${n(rest)} left)`),
	list: (label, total) => `${label}: ${people(total)}`,
	download: say("Unduh daftar ini (CSV)", "Download this list (CSV)"),
	fix: {
		unknown_value: say("Isi ini tidak dikenal.", "This word is not known."),
		conflicting_members: say("Kolom-kolomnya saling bertentangan.", "The columns contradict each other."),
		malformed_csv: say("Tanda kutipnya tidak berpasangan.", "A quotation mark has no partner."),
		too_large: say("Baris ini terlalu panjang.", "This row is too long."),
	},
	maybe: (word) => say(`Mungkin maksudnya “${word}”.`, `Perhaps “${word}” is meant.`),
	allowed: (words) => say(`Yang dikenal: ${words}.`, `Known are: ${words}.`),
	skipped: (total, at) => say(`${rows(total)} bukan orang (judul berulang, nomor kolom): baris ${at}.`,
		`${rows(total)} skipped, being no person (titles again, numbers of columns): row ${at}.`),
	without: (total) => say(`${rows(total)} tanpa isi yang dipakai di sini, misalnya jumlah; tetap dihitung.`,
		`${rows(total)} with nothing that is used here, such as totals; they are counted.`),
	identity: (title, version, digest) => say(`${title}, versi ${version}, sidik ${digest}`,
		`${title}, version ${version}, digest ${digest}`),
	ask: (whom) => say(`tanyakan kepada ${whom}.`, `ask ${whom}.`),
	failed: say("Belum berhasil", "That did not work"),
	reload: say("Muat ulang halaman ini", "Load this page again"),
	again: say("Coba lagi", "Try again"),
	wait: (seconds) => say(`Coba lagi dalam ${n(seconds)} detik.`,
		`Try again in ${n(seconds)} ${seconds === 1 ? "second" : "seconds"}.`),
	wait_a_little: say("Tunggu sebentar, lalu coba lagi.", "Wait a moment, then try again."),
	comes_near: (columns) => say(`Yang mirip: ${columns}. Betulkan tulisannya, lalu pilih lagi.`,
		`These come near: ${columns}. Mend the spelling, then choose the file again.`),
	more: say("Tentang masalah ini", "About this problem"),
	trouble: {
		spreadsheet_broken: say("Berkas Excel ini rusak atau terpotong. Simpan ulang di Excel, lalu pilih lagi.",
			"This Excel file is broken or cut off. Save it in Excel again, then choose it."),
		spreadsheet_locked: say("Berkas ini dikunci dengan sandi. Hapus sandinya di Excel, lalu pilih lagi.",
			"A password locks this file. Remove the password in Excel, then choose it again."),
		spreadsheet_old: say("Ini Excel model lama (.xls). Simpan sebagai .xlsx di Excel, lalu pilih yang baru.",
			"This is an old Excel file (.xls). Save it as .xlsx in Excel, and choose the new one."),
		too_large: say("Berkas ini terlalu besar untuk sekali baca. Bagilah, misalnya per wilayah.",
			"This file is too large to be read at once. Divide it, for example by district."),
		no_header: (names) => say(`Judul kolomnya tidak ditemukan di 30 baris pertama. Yang dicari: ${names}.`,
			`No titles of columns were found in the first 30 rows. They would be such as ${names}.`),
		empty_file: say("Berkas ini kosong.", "This file is empty."),
		too_many_combinations: say("Isi kolom yang dipakai terlalu beragam. Benarkah kolomnya?",
			"The columns in use hold too many different words. Are they the right ones?"),
		rulebook_changed: say("Aturannya baru saja diperbarui. Muat ulang halaman ini, lalu pilih lagi.",
			"The rules have just been renewed. Load this page again, then choose the file."),
		offline: say("Layanan tidak terhubung. Periksa internet, lalu coba lagi; berkasnya masih ada.",
			"The service cannot be reached. Check the internet, then try again; your file is kept."),
		service: say("Layanan belum dapat menjawab.", "The service cannot answer yet."),
		too_large_there: say("Isi berkas ini terlalu besar untuk layanan ini. Bagilah, misalnya per wilayah.",
			"This file is too large for this service. Divide it, for example by district."),
		unreadable: say("Berkas ini tidak dapat dibuka. Mungkin ini folder, atau berkasnya diubah, " +
			"dipindah, atau dihapus sesudah dipilih. Pilih sekali lagi.", "This file cannot be opened. " +
			"It may be a folder, or was changed, moved or removed since. Choose it again."),
		unexpected: say("Ada yang salah di halaman ini. Muat ulang, lalu pilih berkasnya lagi.",
			"Something is wrong with this page. Load it again, and choose the file once more."),
		other: say("Ini bukan daftar yang bisa dibaca. Simpan sebagai .xlsx atau “CSV UTF-8” di Excel.",
			"This is no list that can be read. Save it as .xlsx or “CSV UTF-8” in Excel."),
	},
};
