#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes an invented "Daftar Guru" export, of any size, to stdout.

    generate.py ROWS [--seed N] [--format csv|ndjson|json] [--delimiter ';']
                [--bom] [--crlf] [--accounts] [--bad-rate 0.005]

The CSV has what such exports have: title rows that Excel padded, 51 columns,
quotes, line breaks inside cells, every label of Status Kepegawaian and Jenis
PTK in several spellings, Tugas Tambahan, empty cells, and a few values that
nobody knows. NDJSON and JSON hold the same people with canonical names and
values (what nobody knows stays as it is), so that

    ?id_from=NUPTK&group_by=Kecamatan    of the CSV and
    no option at all                     of the JSON

have the same results. --accounts adds a column that the export lacks, "Akun
Belajar ID", and the member belajar_id. The same seed gives the same bytes.

Nobody in it exists: names are plants followed by a word for "invented", and
every number begins with digits that are not given out. It knows nothing of
what follows from a profile; that is for the tests to say.
"""

import argparse
import json
import os
import random
import sys

HEADER = (
    "No|Nama|NUPTK|JK|Tempat Lahir|Tanggal Lahir|NIP|Status Kepegawaian|Jenis PTK|Agama"
    "|Alamat Jalan|RT|RW|Nama Dusun|Desa/Kelurahan|Kecamatan|Kode Pos|Telepon|HP|Email"
    "|Tugas Tambahan|SK CPNS|Tanggal CPNS|SK Pengangkatan|TMT Pengangkatan"
    "|Lembaga Pengangkatan|Pangkat Golongan|Sumber Gaji|Nama Ibu Kandung|Status Perkawinan"
    "|Nama Suami/Istri|NIP Suami/Istri|Pekerjaan Suami/Istri|TMT PNS"
    "|Sudah Lisensi Kepala Sekolah|Pernah Diklat Kepengawasan|Keahlian Braille"
    "|Keahlian Bahasa Isyarat|NPWP|Nama Wajib Pajak|Kewarganegaraan|Bank|Nomor Rekening Bank"
    "|Rekening Atas Nama|NIK|No KK|Karpeg|Karis/Karsu|Lintang|Bujur|NUKS").split("|")
ACCOUNT_COLUMN = "Akun Belajar ID"

TITLES = ("Daftar Guru", "SMP Rekaan 1", "Kecamatan Umpama, Kabupaten Contoh, Provinsi Misal",
          "Tanggal Unduh: 2024-02-29 07:00:00; Pengunduh: operator@contoh.example")

# label -> canonical value; None: as good as not given.
EMPLOYMENT = {
    "ASN": "PNS|PNS Diperbantukan|PNS Depag|PPPK|P3K|PPPK Paruh Waktu",
    "CPNS": "CPNS",
    "non_ASN":
        "GTY/PTY|GTY / PTY|Guru Tetap Yayasan|Honor Daerah TK.I Provinsi|GTT/PTT Provinsi"
        "|GTT/PTT Propinsi|Honor Daerah Tk. 1 Provinsi|Honor Daerah TK.II Kab/Kota"
        "|GTT/PTT Kab/Kota|GTT/PTT Kota/Kabupaten|Guru Bantu Pusat|Guru Honor Sekolah|Honorer"
        "|Tenaga Honor Sekolah|Tenaga Honor|PPNPN|Kontrak Kerja WNA|Kontak Kerja WNA",
    None: "Lainnya|",
}
ROLE = {
    "guru":
        "Guru|Guru Kelas|Guru Mapel|Guru BK|Guru Inklusi|Guru Pendamping"
        "|Guru Pendamping Khusus|Guru Pembimbing Khusus|Guru Magang|Guru TIK|Guru Pengganti"
        "|Kindergarten Teacher|Play Group Teacher",
    "kepala_sekolah": "Kepala Sekolah|Principal",
    "lainnya":
        "Pengawas|Pengawas Satuan Pendidikan|Pengawas PLB|Pengawas Metpel/Rumpun"
        "|Pengawas Bidang|Pengawas BK|Pengawas SD|Pengawas Paud Dikmas|Penilik"
        "|Tenaga Administrasi Sekolah|Tenaga Kependidikan|Tenaga Perpustakaan|Laboran|Terapis"
        "|Tutor|Pamong Belajar|Instruktur|Penguji|Master Penguji|Tukang Kebun|Penjaga Sekolah"
        "|Petugas Keamanan|Pesuruh/Office Boy|Academic Advisor|Academic Specialist"
        "|Curriculum Development Advisor|Management Advisor|Teaching Assistant|Vice Principal"
        "|Lainnya",
    None: "",
}
# How many of a hundred people have the first label of each; the rest is spread.
USUAL_EMPLOYMENT = {"PNS": 45, "PPPK": 20, "GTY/PTY": 10, "Guru Honor Sekolah": 10, "CPNS": 2}
USUAL_ROLE = {"Guru Mapel": 50, "Guru Kelas": 30, "Guru BK": 4, "Kepala Sekolah": 2,
              "Tenaga Administrasi Sekolah": 4}
PRINCIPAL_POSTS = ("Kepala Sekolah", "KEPALA SEKOLAH", "Plt Kepala Sekolah",
                   "Plt. Kepala Sekolah", "plt.  kepala sekolah")
OTHER_POSTS = ("Wakil Kepala Sekolah Kurikulum", "Kepala Laboratorium", "Kepala Perpustakaan",
               "Bendahara BOS", "Pembina OSIS", "Wakil Kepala Sekolah; Pembina Pramuka")
BAD_EMPLOYMENT = ("PNSS", "Swasta", "Belum Diketahui", "#NAME", "PPK")
BAD_ROLE = ("Gruu Mapel", "Juru Terbang", "#REF!", "0")

PLANTS = ("Melati Kenanga Cempaka Kemuning Seroja Dahlia Anggrek Teratai Mawar Kamboja Soka "
          "Bakung Lontar Cendana Meranti Ulin Jati Beringin Trembesi Mahoni").split()
INVENTED = "Contoh Rekaan Umpama Andaian Misal Buatan Permisalan Tiruan".split()
DEGREES = ("", "", "", ", S.Pd.", ", S.Pd., M.Pd.", ' "Iyem"')
DISTRICTS = tuple(f"Kec. {one} {two}" for two in INVENTED[:3] for one in PLANTS[:12])
POOL = 512  # of each piece that is made ahead
CHUNK = 4096  # rows written at a time


def spellings(label):
    """LABEL as people write it: the folding of names makes them one again."""
    yield label
    yield label.upper()
    yield "  " + label.lower() + " "
    yield label.replace(" ", "  ").replace("/", " / ")
    yield label.replace(" ", "_")


def vocabulary(labels, usual, rng):
    """(every spelling once, a pool with the usual ones most often) of (text, value)."""
    every, by_label = [], {}
    for value, texts in labels.items():
        for label in texts.split("|"):
            by_label[label] = [(text, value) for text in dict.fromkeys(spellings(label))]
            every += by_label[label]
    pool = [pair for label, share in usual.items()
            for pair in [by_label[label][0]] * (share * POOL // 100)]
    while len(pool) < POOL:
        pool.append(rng.choice(every))
    rng.shuffle(pool)
    return every, pool


class Quoter:
    """Cells as Excel writes them: quotes only where something needs them."""

    def __init__(self, delimiter):
        self.delimiter = delimiter

    def cell(self, text):
        if any(mark in text for mark in (self.delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text

    def cells(self, texts):
        return self.delimiter.join(map(self.cell, texts))


def digits(rng, lead, count):
    """Digits that begin with LEAD, which nobody is given."""
    return lead + "".join(rng.choices("0123456789", k=count - len(lead)))


def date(rng, first, last):
    return f"{rng.randint(first, last)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def person_name(rng):
    return f"{rng.choice(PLANTS)} {rng.choice(INVENTED)}"


def street(rng):
    number = rng.randint(1, 199)
    return rng.choice((f"Jl. {rng.choice(PLANTS)} {number}",
                       f"Jl. {rng.choice(PLANTS)} {number}; Blok {rng.choice('ABC')}",
                       f"Jl. {rng.choice(PLANTS)} No. {number},\nGang {rng.choice(PLANTS)}",
                       f'Perum "{rng.choice(INVENTED)}" {number}', ""))


def birth_piece(rng):  # JK ... NIP
    return (rng.choice("LP"), f"Kota {rng.choice(INVENTED)}", date(rng, 1964, 1999),
            rng.choice(("", digits(rng, "0000", 18))))


def address_piece(rng):  # Agama ... Desa/Kelurahan
    return (rng.choice(("Islam", "Kristen", "Katholik", "Hindu", "Budha", "Khonghucu")),
            street(rng), str(rng.randint(1, 20)), str(rng.randint(1, 9)),
            f"Dusun {rng.choice(PLANTS)}", f"Desa {rng.choice(INVENTED)}")


def contact_piece(rng):  # Kode Pos ... Email
    return (digits(rng, "000", 5), rng.choice(("", digits(rng, "0000", 9))),
            digits(rng, "08000000", 12),
            f"{rng.choice(PLANTS)}.{rng.randint(1, 9999)}@contoh.example".lower())


def rest_piece(rng):  # SK CPNS ... NUKS
    decree = f"821/{rng.randint(1, 999)}/REKAAN/2010"
    yes = ("Ya", "Tidak")
    return (rng.choice(("", decree)), rng.choice(("", date(rng, 2005, 2020))), decree,
            date(rng, 2005, 2022), rng.choice(("Pemerintah Kab/Kota", "Ketua Yayasan", "")),
            rng.choice(("III/a", "III/d", "IV/a", "")),
            rng.choice(("APBD Kabupaten/Kota", "Yayasan", "Sekolah")), person_name(rng),
            rng.choice(("Kawin", "Belum Kawin")), person_name(rng), "",
            rng.choice(("Tidak bekerja", "Wiraswasta")), rng.choice(("", date(rng, 2006, 2021))),
            *(rng.choice(yes) for _ in range(4)), digits(rng, "000000", 15), person_name(rng),
            "ID", "BANK CONTOH", digits(rng, "0000", 10), person_name(rng),
            digits(rng, "000000", 16), digits(rng, "000000", 16), "", "",
            f"-{rng.random() * 8:.4f}", f"{100 + rng.random() * 20:.4f}", "")


class Pools:
    """Everything that rows are put together from; CELL makes a text a cell."""

    def __init__(self, rng, quoter):
        self.every_employment, self.employment = vocabulary(EMPLOYMENT, USUAL_EMPLOYMENT, rng)
        self.every_role, self.role = vocabulary(ROLE, USUAL_ROLE, rng)
        posts = [(post, True) for post in PRINCIPAL_POSTS] * (POOL // 100)
        posts += [(post, False) for post in OTHER_POSTS] * (POOL // 50)
        self.post = posts + [("", False)] * (POOL - len(posts))
        rng.shuffle(self.post)
        self.name = [quoter.cell(person_name(rng) + rng.choice(DEGREES)) for _ in range(POOL)]
        self.birth, self.address, self.contact, self.rest = (
            [quoter.cells(make(rng)) for _ in range(POOL)]
            for make in (birth_piece, address_piece, contact_piece, rest_piece))
        self.account = [("ya", True), ("tidak", False), ("Ada", True), ("", None)]


def people(rows, pools, rng, bad_rate):
    """(number, bits, id, employment, role, post, account) of each person; the three
    in the middle are (text, value)."""
    every_employment, every_role = pools.every_employment, pools.every_role
    bad_below = int(bad_rate * (1 << 20))
    for i in range(rows):
        bits = rng.getrandbits(100)
        employment = (every_employment[i] if i < len(every_employment)
                      else pools.employment[bits & 511])
        role = every_role[i] if i < len(every_role) else pools.role[bits >> 9 & 511]
        post = pools.post[bits >> 18 & 511]
        nuptk = f"99{i:09}{bits >> 80 & 0xFFFF:05}" if bits >> 96 & 15 else ""
        if bits >> 27 & 0xFFFFF < bad_below:
            kind = bits >> 47 & 3
            if kind == 0:
                nuptk = f"99{i:09} " + "9" * 140
            elif kind == 1:
                role = (BAD_ROLE[i % len(BAD_ROLE)],) * 2
            else:
                employment = (BAD_EMPLOYMENT[i % len(BAD_EMPLOYMENT)],) * 2
        yield i + 1, bits, nuptk, employment, role, post, pools.account[bits >> 49 & 3]


def csv_lines(options, rng):
    quoter = Quoter(options.delimiter)
    pools, end = Pools(rng, quoter), "\r\n" if options.crlf else "\n"
    d, header = options.delimiter, HEADER + [ACCOUNT_COLUMN] * options.accounts
    for title in TITLES:
        yield quoter.cell(title) + d * (len(header) - 1) + end
    yield d * (len(header) - 1) + end  # Excel pads the blank row, too
    yield quoter.cells(header) + end
    post_cells = {text: quoter.cell(text) for text, _ in pools.post}
    districts = [quoter.cell(one) for one in DISTRICTS]
    count = len(districts)
    for number, bits, nuptk, employment, role, post, account in people(
            options.rows, pools, rng, options.bad_rate):
        yield (f"{number}{d}{pools.name[bits >> 51 & 511]}{d}{nuptk}{d}"
               f"{pools.birth[bits >> 55 & 511]}{d}{employment[0]}{d}{role[0]}{d}"
               f"{pools.address[bits >> 60 & 511]}{d}{districts[(bits >> 66) % count]}{d}"
               f"{pools.contact[bits >> 70 & 511]}{d}{post_cells[post[0]]}{d}"
               f"{pools.rest[bits >> 75 & 511]}{d + account[0] if options.accounts else ''}{end}")


def json_lines(options, rng):
    pools = Pools(rng, Quoter(options.delimiter))
    count, is_array = len(DISTRICTS), options.format == "json"
    lead = '[{"' if is_array else '{"'
    end = "" if is_array else "\n"
    written = {value: json.dumps(value) for value in
               {v for _, v in pools.every_employment + pools.every_role} | set(BAD_EMPLOYMENT) |
               set(BAD_ROLE) | {True, False}}
    for _, bits, nuptk, employment, role, post, account in people(
            options.rows, pools, rng, options.bad_rate):
        is_principal = post[1] and (role[1] is None or role[1] in ROLE)
        members = f'{lead}id":"{nuptk}","group":"{DISTRICTS[(bits >> 66) % count]}"'
        value = "kepala_sekolah" if is_principal else role[1]
        if value:
            members += f',"role":{written[value]}'
        if employment[1]:
            members += f',"employment":{written[employment[1]]}'
        if options.accounts and account[1] is not None:
            members += f',"belajar_id":{written[account[1]]}'
        yield members + "}" + end
        if is_array:
            lead = ',\n{"'
    if is_array:
        yield "]\n" if options.rows else "[]\n"


def write(options, out):
    rng = random.Random(options.seed)
    lines = csv_lines(options, rng) if options.format == "csv" else json_lines(options, rng)
    batch = ["\ufeff"] if options.bom else []
    for line in lines:
        batch.append(line)
        if len(batch) >= CHUNK:
            out.write("".join(batch).encode())
            batch.clear()
    out.write("".join(batch).encode())
    out.flush()


def parse(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], epilog="Nobody in it exists.")
    parser.add_argument("rows", type=int, metavar="ROWS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("csv", "ndjson", "json"), default="csv")
    parser.add_argument("--delimiter", choices=(";", ",", "\t"), default=";")
    parser.add_argument("--bom", action="store_true", help="begin with a byte-order mark")
    parser.add_argument("--crlf", action="store_true", help="end CSV rows with CR LF")
    parser.add_argument("--accounts", action="store_true",
                        help=f'add the column "{ACCOUNT_COLUMN}"')
    parser.add_argument("--bad-rate", type=float, default=0.005, metavar="SHARE",
                        help="of rows with a value that nobody knows (default %(default)s)")
    options = parser.parse_args(arguments)
    if options.rows < 0 or not 0 <= options.bad_rate <= 1:
        parser.error("ROWS is 0 or more, SHARE between 0 and 1")
    return options


def main():
    options = parse()
    try:
        write(options, sys.stdout.buffer)
    except BrokenPipeError:  # who reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
