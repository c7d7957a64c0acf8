// SPDX-License-Identifier: MIT
// Every sentence that the page of a district says itself, in both languages. The words for facts,
// features and values are no part of it: they are the rulebook's.

import {lang} from "./@@labels.js@@";

const say = (id, en) => (lang === "en" ? en : id);
const format = new Intl.NumberFormat(lang);
export const n = (value) => format.format(value);
export const day = (text) => new Date(text).toLocaleDateString(lang,
	{dateStyle: "long", timeZone: "UTC"});
const people = (value) => `${n(value)} ${say("orang", value === 1 ? "person" : "people")}`;
const rows = (value) => `${n(value)} ${say("baris", value === 1 ? "row" : "rows")}`;

export function sentence(parts, and) {
	return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} ${and} ${parts.at(-1)}`;
}

export const t = {
	about: (title) => say(`Untuk petugas yang mengurus banyak orang. Aturannya: ${title}.`,
		`For officers who look after many people. The rules: ${title}.`),
	chosen: (name) => say(`Berkas sekarang: ${name}. Boleh pilih yang lain.`,
		`The file now: ${name}. You may choose another.`),
	reading: say("Membaca berkas", "Reading the file"),
	sending: say("Bertanya kepada layanan", "Asking the service"),
	counting: say("Menghitung", "Counting"),
	done: (total) => say(`Selesai: ${rows(total)}. Hasilnya ada di bawah.`,
		`Done: ${rows(total)}. The results are below.`),
	cancelled: say("Dibatalkan. Silakan pilih berkas lagi.", "Cancelled. You can choose a file again."),
	one_only: (total) => say(`Anda menjatuhkan ${n(total)} berkas. Satu per satu saja, ya.`,
		`You dropped ${n(total)} files. One at a time, please.`),
	sheet: (name) => say(`lembar “${name}”`, `sheet “${name}”`),
	header: (row) => say(`judul kolom di baris ${n(row)}`, `titles of columns in row ${n(row)}`),
	data: (total) => say(`${rows(total)} data`, `${rows(total)} of data`),
	formulas: (total) => say(`${n(total)} sel berisi rumus yang belum dihitung dan dianggap kosong: ` +
		"buka dan simpan berkasnya di Excel, lalu pilih lagi.", `Cells with a formula that has no ` +
		`result yet: ${n(total)}. They count as empty; save the file in Excel and choose it again.`),
	use: (fact) => say(` dibaca sebagai ${fact}`, ` is read as ${fact}`),
	leave: say("Jangan pakai", "Do not use"),
	near: (word) => say(` mirip ${word}, tetapi belum dipakai`, ` comes near ${word}, and is not used`),
	take: (fact) => say(`Pakai sebagai ${fact}`, `Use as ${fact}`),
	untitled: (number) => say(`kolom ${number} (tanpa judul)`, `column ${number} (untitled)`),
	unknown: say("Belum tahu", "Not known"),
	sent: (columns, total) => say(
		`Yang dikirim: ${columns || "tidak satu kolom pun"}, tanpa nama dan kolom lain` +
		(total ? `; ${n(total)} kombinasi isi yang berbeda.` : "."),
		`What is sent: ${columns || "no column at all"}, without names and other columns` +
		(total ? `; ${n(total)} different combinations.` : ".")),
	headline: (feature, total, parts) => say(`${feature}: dari ${people(total)}, ${parts}.`,
		`${feature}: of ${people(total)}, ${parts}.`),
	flagged: (total, label) => `${people(total)}: ${label}`,
	hidden: (label, facts) => say(`“${label}” baru bisa dihitung penuh kalau ${facts} diketahui.`,
		`“${label}” can be counted in full only once this is known: ${facts}.`),
	rejects: (total) => say(`${rows(total)} ditolak, belum terhitung`, `${rows(total)} rejected`),
	nobody: say("Tidak ada orang yang bisa dihitung di berkas ini.", "Nobody in this file was counted."),
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
	lacking: say("Yang kurang", "What is lacking"), missing: say("Belum diketahui", "Not known"),
	column: say("Kolom", "Column"), reason: say("Cara membetulkan", "How to mend it"),
	next: (total, rest) => say(`${n(total)} berikutnya (sisa ${n(rest)})`,
		`Next ${n(total)} (${n(rest)} left)`),
	list: (label, total) => `${label}: ${people(total)}`,
	download: say("Unduh daftar ini (CSV)", "Download this list (CSV)"),
	fix: {
		unknown_value: say("Isi ini tidak dikenal.", "This word is not known."),
		conflicting_members: say("Isi ini bertentangan dengan kolom lain tentang hal yang sama.",
			"This contradicts another column about the same thing."),
		malformed_csv: say("Tanda kutip di baris ini tidak berpasangan.", "A quotation mark in this row " +
			"has no partner."),
		too_large: say("Baris ini terlalu panjang.", "This row is too long."),
	},
	maybe: (word) => say(`Mungkin maksudnya “${word}”.`, `Perhaps “${word}” is meant.`),
	allowed: (words) => say(`Yang dikenal: ${words}.`, `Known are: ${words}.`),
	skipped: (total, places) => say(`${rows(total)} dilewati karena bukan orang (judul yang berulang ` +
		`atau nomor kolom): baris ${places}.`, `${rows(total)} skipped, being no person (titles again, ` +
		`or numbers of columns): row ${places}.`),
	without: (total) => say(`${rows(total)} tidak berisi apa pun yang dipakai di sini, misalnya baris ` +
		"jumlah. Baris itu ikut terhitung sebagai belum pasti.", `${rows(total)} with nothing that is ` +
		"used here, such as totals. They count among those that are open."),
	identity: (title, version, digest) => say(`${title}, versi ${version}, sidik ${digest}`,
		`${title}, version ${version}, digest ${digest}`),
	ask: (whom) => say(`tanyakan kepada ${whom}.`, `ask ${whom}.`),
	failed: say("Belum berhasil", "That did not work"),
	again: say("Coba lagi", "Try again"),
	more: say("Tentang masalah ini", "About this problem"),
	trouble: {
		spreadsheet_broken: say("Berkas Excel ini rusak atau tidak lengkap. Buka di Excel, simpan " +
			"dengan nama baru, lalu pilih yang baru.", "This Excel file is broken or not complete. Open " +
			"it in Excel, save it under a new name, and choose the new one."),
		spreadsheet_locked: say("Berkas Excel ini dikunci dengan sandi. Buka di Excel, hapus sandinya " +
			"(File, Info, Proteksi Buku Kerja), simpan, lalu pilih lagi.", "A password locks this Excel " +
			"file. Remove it in Excel (File, Info, Protect Workbook), save, and choose it again."),
		spreadsheet_old: say("Ini berkas Excel model lama (.xls). Buka di Excel, pilih Simpan Sebagai " +
			"“Buku Kerja Excel (.xlsx)”, lalu pilih berkas yang baru.", "This is an old Excel file " +
			"(.xls). Open it in Excel, save it as “Excel Workbook (.xlsx)”, and choose the new file."),
		too_large: say("Berkas ini terlalu besar untuk dibaca sekaligus. Bagi menjadi beberapa berkas, " +
			"misalnya satu untuk tiap wilayah.", "This file is too large to be read at once. Divide it " +
			"into several files, such as one for each district."),
		no_header: (names) => say("Judul kolomnya tidak ditemukan. Yang dicari, di 30 baris pertama: " +
			`satu baris dengan judul seperti ${names}.`, "The titles of the columns were not found. The " +
			`first 30 rows were searched for one with titles such as ${names}.`),
		offline: say("Layanan tidak dapat dihubungi. Periksa sambungan internet, lalu coba lagi. Berkas " +
			"Anda tidak perlu dipilih ulang.", "The service cannot be reached. Check the connection to " +
			"the internet and try again. You need not choose your file again."),
		service: say("Layanan belum dapat menjawab. Tunggu sebentar, lalu coba lagi.",
			"The service cannot answer yet. Wait a moment, then try again."),
		empty_file: say("Berkas ini kosong.", "This file is empty."),
		too_many_groups: say("Kolom itu memuat lebih dari 10.000 kelompok. Pilih kolom lain.",
			"That column holds more than 10,000 groups. Choose another column."),
		too_many_combinations: say("Isi kolom yang dipakai terlalu beragam. Periksa apakah kolomnya " +
			"benar, atau bagi berkasnya.", "The columns in use hold too many different words. See " +
			"whether they are the right ones, or divide the file."),
		rulebook_changed: say("Aturannya baru saja diperbarui. Coba sekali lagi.",
			"The rules have just been renewed. Try once more."),
		other: say("Berkas ini tidak dapat dibaca. Simpan sebagai “CSV UTF-8” di Excel, lalu pilih " +
			"berkas CSV itu.", "This file cannot be read. Save it as “CSV UTF-8” in Excel, and choose " +
			"that file."),
	},
};
