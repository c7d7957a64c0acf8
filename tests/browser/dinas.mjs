// SPDX-License-Identifier: MIT
// The page of a district, from the file to the downloads: dinas.mjs PMM-CHECK RULEBOOK
// What it shows is held to `pmm-check summary` of the same people; what leaves the browser, to the
// columns that matter. What the worker makes of odd bytes alone is in tests/web.
import {spawnSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {check, json, launch, main, point, same, serve, visitor} from "./harness.mjs";
import {csv, district, workbook} from "./lists.mjs";

// What `pmm-check summary` says of ROWS.
function summary(program, rows, column) {
	const {stdout, stderr} = spawnSync(program, ["summary", "--from=csv", "--to=json",
		...(column ? [`--group-by=${column}`] : [])],
	{input: csv(rows), encoding: "utf8", maxBuffer: 1 << 26});
	check(stdout, stderr);
	const said = JSON.parse(stdout);
	return column ? said : {...said, groups: {}};
}

// The cells of one feature that `data-count` names, as the page ought to show them.
function counts({rows, rejected, features}, feature) {
	const {[Object.keys(features[feature])[0]]: values, ...others} = features[feature];
	const flags = Object.entries(others).filter(([, count]) => typeof count === "number");
	return {rows, rejected, ...values, ...Object.fromEntries(flags)};
}

// ---- the page ----

const file = (name, content) => ({name, mimeType: "", buffer: Buffer.from(content)});

async function open(context, lang = "id") {
	const page = await context.newPage();
	await page.goto(`dinas?lang=${lang}`);
	same(await page.locator("main").getAttribute("data-state"), "empty", "at first");
	return page;
}

const state = (page, name) => page.locator(`main[data-state=${name}]`).waitFor();

async function choose(page, ...chosen) {
	await page.locator("input[type=file]").setInputFiles(file(...chosen));
}

async function read(page, ...chosen) {
	await choose(page, ...chosen);
	await state(page, "done");
}

async function pick(page, name, value) {
	await page.locator(`select[name=${name}]`).selectOption(value);
	await state(page, "done");
}

// The table: {groups: {NAME: {COUNT: number}}, total}.
const table = (page) => page.evaluate(() => {
	const cells = (row) => Object.fromEntries([...row.querySelectorAll("td[data-count]")]
		.map((cell) => [cell.dataset.count, Number(cell.textContent)]));
	const rows = [...document.querySelectorAll("table[data-groups] tr[data-group]")];
	return {
		groups: Object.fromEntries(rows.map((row) => [row.dataset.group, cells(row)])),
		total: cells(document.querySelector("table[data-groups] tr[data-total]")),
	};
});

async function judge(page, said, feature) {
	const shown = await table(page);
	same(shown.total, counts(said, feature), `${feature}, total`);
	for (const [name, group] of Object.entries(said.groups)) {
		same(shown.groups[name], counts(group, feature), `${feature}, ${name}`);
	}
	same(Object.keys(shown.groups).length, Object.keys(said.groups).length, "groups");
}

// Every feature, by school and by subdistrict.
async function judgeAll(page, program, rows, features) {
	for (const column of ["Sekolah", "Kecamatan"]) {
		await pick(page, "group_by", column);
		const said = summary(program, rows, column);
		for (const feature of features) {
			await pick(page, "feature", feature);
			await judge(page, said, feature);
		}
	}
}

// ---- a file as a whole ----

async function whole(context, program, rows, name, content, lang) {
	const bodies = [];
	context.on("request", (request) => bodies.push(request.postData() ?? "", request.url()));
	const page = await open(context, lang);
	await read(page, name, content);
	const features = await page.locator("select[name=feature] option")
		.evaluateAll((all) => all.map((one) => one.value));
	same(await page.locator("select[name=feature]").inputValue(), "pengelolaan_kinerja", "feature");
	await judgeAll(page, program, rows, [features[0], "pengelolaan_kinerja"]);
	const sent = bodies.join("\n");
	check(/PNS/.test(sent), "what matters is sent");
	check(!/Rekaan|99000000|surel|Kecamatan [A-E]/.test(sent), "nothing else is sent");
	const used = await page.locator("[data-columns] [data-fact]").evaluateAll((all) =>
		all.map((one) => [one.dataset.fact, one.querySelector("b").textContent]));
	same(used, [["employment", "Status Kepegawaian"], ["role", "Jenis PTK"],
		["role", "Tugas Tambahan"], ["belajar_id", "Akun Belajar.id"]], "columns");
	check(await page.locator("#lists").getByText(/Rekaan \d+/).count() > 0, "names are shown");
	const wrong = rows.findIndex((row) => row[3] === "PNSS");
	const sheetRow = wrong + (name.endsWith("x") ? 4 : 1);
	const first = page.locator("[data-rejected]").first();
	same(await first.getAttribute("data-sheet-row"), String(sheetRow), "row in the sheet");
	check((await first.innerText()).includes("PNS"), "what was meant");
	return page;
}

async function bytes(page, button) {
	const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
	return readFileSync(await download.path());
}

async function downloads(page, program, rows) {
	const groups = await bytes(page, page.locator("[data-download]"));
	same([...groups.subarray(0, 3)], [0xEF, 0xBB, 0xBF], "byte-order mark");
	const lines = groups.toString("utf8").slice(1).split("\r\n");
	same(lines.pop(), "", "ends with CRLF");
	check(lines.every((line) => !/[\r\n]/.test(line) && line.includes(";")), "CRLF and ;");
	const said = summary(program, rows, "Kecamatan");
	same(lines.length, Object.keys(said.groups).length + 2, "lines");
	same(lines.at(-1).split(";")[1], String(said.rows), "people in the last one");
	const rejected = (await bytes(page, page.locator("#rejected button").last())).toString("utf8");
	same(rejected.split("\r\n").length - 2, said.rejected, "rejected rows");
	await page.close();
}

// ---- odd files ----

const HEAD = ["Nama", "Status Kepegawaian", "Jenis PTK", "Sekolah"];
const PLAIN = [HEAD, ["Mélati", "PNS", "Guru", "SD Ékaristi"], ["Mawar", "GTY/PTY", "Guru BK", "SD Lain"],
	["Kenanga", "CPNS", "Kepala Sekolah", "SD Lain"]];
const latin = (text) => Buffer.from(text, "latin1");
const NUMBERED = [HEAD, ["1", "2", "3", "4"], PLAIN[1], HEAD, ...PLAIN.slice(2)];
const ODD = {
	"semicolons, a byte-order mark": `\uFEFF${csv(PLAIN, ";")}`,
	"tabs, CR alone": csv(PLAIN, "\t", "\r"),
	"titles above": `Daftar Guru;;;\r\nKabupaten Contoh;;;\r\n\r\n${csv(PLAIN, ";")}`,
	"a numbering row, the header again": csv(NUMBERED),
	"windows-1252": latin(csv(PLAIN, ";")),
	"UTF-16": Buffer.from(`\uFEFF${csv(PLAIN, "\t")}`, "utf16le"),
	"a line that names the delimiter": `sep=;\r\n${csv(PLAIN, ";")}`,
};

async function odd(context, program, content, rows = PLAIN) {
	const page = await open(context);
	await read(page, "daftar.csv", content);
	await pick(page, "group_by", "Sekolah");
	await judge(page, summary(program, rows, "Sekolah"), "pengelolaan_kinerja");
	await page.close();
}

async function near(context, program) {
	const misspelt = PLAIN.map((row) => row.map((cell) => cell.replace("Jenis PTK", "Jenis PKT")));
	const page = await open(context);
	await read(page, "daftar.csv", csv(misspelt));
	await pick(page, "group_by", "");
	await judge(page, summary(program, misspelt), "pengelolaan_kinerja");
	for (const said of [PLAIN, misspelt, PLAIN]) { // used, not used, used again
		const button = page.locator("#understood li").filter({hasText: "Jenis PKT"}).locator("button");
		await button.click();
		await state(page, "done");
		await judge(page, summary(program, said), "pengelolaan_kinerja");
		check(await button.evaluate((one) => one === document.activeElement), "keeps the focus");
	}
	const status = page.locator("#understood li").filter({hasText: "Status"}).locator("button");
	for (const text of ["Pakai lagi", "Jangan pakai"]) {
		await status.click();
		await state(page, "done");
		same(await status.innerText(), text, "the button of a column");
		check(await status.evaluate((one) => one === document.activeElement), "keeps the focus");
	}
	await judge(page, summary(program, PLAIN), "pengelolaan_kinerja");
	await page.close();
}

// ---- files that are none ----

const compound = (text) => Buffer.concat([Buffer.from("D0CF11E0A1B11AE1", "hex"), Buffer.alloc(1528),
	Buffer.from(text, "utf16le"), Buffer.alloc(1024)]);
const BROKEN = {
	"a workbook cut in half": ["a.xlsx", () => workbook(PLAIN).subarray(0, 3000)],
	"a locked workbook": ["a.xlsx", () => compound("EncryptedPackage")],
	"a workbook of Excel 97": ["a.xls", () => workbook(PLAIN, "biff8")],
	"a sheet of LibreOffice": ["a.ods", () => workbook(PLAIN, "ods")],
	"a web page that is called .xls": ["a.xls", () => "<html><table><tr><td>Guru</table>"],
	"an empty file": ["a.csv", () => ""],
	"a list without a header": ["a.csv", () => "1,2\n3,4\n"],
	"an image": ["a.csv", () => Buffer.from("89504E470D0A1A0A0000000D49484452", "hex")],
};

async function broken(context, [name, make]) {
	const page = await open(context);
	await choose(page, name, make());
	await state(page, "failed");
	const said = await page.locator("[role=status]").innerText();
	check(/[a-z] [a-z]/.test(said) && said.includes("."), `a sentence: ${said}`);
	check(await page.locator("#results").isHidden(), "no results");
	await read(page, "b.csv", csv(PLAIN));
	await page.close();
}

// ---- interrupted ----

// Holds requests for GLOB until the test lets go.
async function held(page, glob) {
	let release;
	const open = new Promise((done) => (release = done));
	let came;
	const arrived = new Promise((done) => (came = done));
	await page.route(glob, async (route) => {
		came();
		await open;
		await route.continue().catch(() => {});
	});
	return {arrived, release};
}

async function cancel(context, glob, during, isAnother = false) {
	const page = await context.newPage();
	if (isAnother) {
		await page.goto("dinas?lang=id");
		await read(page, "daftar.csv", csv(PLAIN));
	}
	const hold = await held(page, glob);
	if (isAnother) {
		await page.locator("#defaults select").first().selectOption({index: 1});
	} else {
		await page.goto("dinas?lang=id");
		await choose(page, "daftar.csv", csv(PLAIN));
	}
	await hold.arrived;
	await state(page, during);
	await page.locator("button[data-cancel]").click();
	await state(page, "cancelled");
	same(await page.locator("main select:visible, #results:visible").count(), 0, "controls");
	hold.release();
	await read(page, "daftar.csv", csv(PLAIN));
	await page.close();
}

const MANY = [["Jenis PTK"], ...Array.from({length: 6000}, (_, i) => [`Guru ${i}`])];

async function halfWay(context, program) {
	const page = await open(context);
	let turn = 0, isMended = false;
	await page.route("**/check*", async (route) => {
		if (++turn === 1 || isMended) return route.continue();
		const problem = {title: "Overloaded", status: 503, code: "overloaded", detail: "Too many."};
		return route.fulfill({status: 503, contentType: "application/problem+json",
			body: JSON.stringify(problem)});
	});
	await choose(page, "banyak.csv", csv(MANY));
	await state(page, "failed");
	check(turn > 1, "in several pieces");
	check(await page.locator("#results").isHidden(), "half an answer is none");
	isMended = true;
	await page.locator("#trouble button").click();
	await state(page, "done");
	await judge(page, summary(program, MANY), "pengelolaan_kinerja");
	await page.close();
}

// A column of too many groups is not used, and the one before it stays.
async function manyGroups(context, program) {
	const rows = [["NPSN", "Jenis PTK", "Kota"],
		...Array.from({length: 10_001}, (_, i) => [`n${i}`, "Guru", `Kota ${i % 3}`])];
	const page = await open(context);
	await read(page, "banyak.csv", csv(rows));
	for (const column of ["", "Kota"]) {
		await pick(page, "group_by", column);
		await pick(page, "group_by", "NPSN");
		check((await page.locator("[role=status]").innerText()).includes("“NPSN”"), "it is told");
		same(await page.locator("select[name=group_by]").inputValue(), column, "what is shown");
		await judge(page, summary(program, rows, column), "pengelolaan_kinerja");
	}
	await bytes(page, page.locator("[data-download]"));
	await page.close();
}

async function offline(context) {
	const page = await open(context);
	await page.waitForLoadState("networkidle");
	await context.setOffline(true);
	await choose(page, "daftar.csv", csv(PLAIN));
	await state(page, "failed");
	await context.setOffline(false);
	await page.locator("#trouble button").click();
	await state(page, "done");
	await page.close();
}

// ---- the rulebook that the page holds ----

async function renewed(context, service, [rows, column]) {
	const page = await context.newPage();
	const rulebook = await json(`${service.url}rulebook`);
	rulebook.facts = rulebook.facts.map((fact) => ({...fact, label: {id: "lama", en: "old"},
		...(rows === PLAIN ? {} : {aliases: []})}));
	let turns = 0;
	await page.route("**/rulebook", (route) => (turns++ ? route.continue() :
		route.fulfill({headers: {etag: `"sha256:${"0".repeat(64)}"`}, json: rulebook})));
	await page.goto("dinas?lang=id");
	await read(page, "daftar.csv", csv(rows));
	same(turns, 2, "requests for the rulebook");
	const used = await page.locator("[data-columns]").innerText();
	check(used.includes(column) && !used.includes("lama"), "the new one is shown");
	await page.close();
}

async function strangeRulebook(context, body) {
	const page = await context.newPage();
	let isStrange = true; // to end a route may leave a request without an answer
	await page.route("**/rulebook", (route) => (isStrange ? route.fulfill({body}) : route.continue()));
	await page.goto("dinas?lang=id");
	await choose(page, "daftar.csv", csv(PLAIN));
	await state(page, "failed");
	check((await page.locator("[role=status]").innerText()).includes("Layanan"), "the service is meant");
	isStrange = false;
	await page.locator("#trouble button").click();
	await state(page, "done");
	await page.close();
}

// Chosen before the script is there, and read before the rulebook is: neither is lost or doubled.
async function early(context) {
	const page = await context.newPage();
	const script = await held(page, "**/assets/dinas-*.js");
	const rulebook = await held(page, "**/rulebook");
	let asked = 0;
	page.on("request", (request) => (asked += request.url().endsWith("/rulebook")));
	await page.goto("dinas?lang=id", {waitUntil: "commit"});
	await choose(page, "daftar.csv", csv(PLAIN));
	script.release();
	await state(page, "reading");
	await rulebook.arrived;
	rulebook.release();
	await state(page, "done");
	same(asked, 1, "requests for the rulebook");
	await page.close();
}

// ---- by hand ----

const focused = (page, selector) => page.evaluate((one) => document.activeElement.matches(one), selector);

async function tabTo(page, selector) {
	for (let i = 0; i < 60; i++) {
		if (await focused(page, selector)) return;
		await page.keyboard.press("Tab");
	}
	throw new Error(`Tab does not lead to ${selector}`);
}

async function keyboard(context) {
	const page = await open(context);
	await tabTo(page, "input[type=file]");
	const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Space")]);
	await chooser.setFiles(file("daftar.csv", csv(PLAIN)));
	await state(page, "done");
	check(await focused(page, "#headline"), "the focus is where the result begins");
	const feature = page.locator("select[name=feature]");
	const before = await feature.inputValue();
	await tabTo(page, "select[name=feature]");
	await page.keyboard.press("ArrowUp");
	await state(page, "done");
	check(await feature.inputValue() !== before && await focused(page, "select[name=feature]"),
		"another feature, and the focus stays");
	await tabTo(page, "[data-download]");
	const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
	check(download.suggestedFilename().endsWith(".csv"), "a file");
	await page.close();
}

async function dropped(context) {
	const page = await open(context);
	await page.evaluate((text) => {
		const dataTransfer = new DataTransfer();
		dataTransfer.items.add(new File([text], "daftar.csv"));
		document.querySelector("h1").dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true}));
	}, csv(PLAIN));
	await state(page, "done");
	await page.close();
}

// ---- all together ----

await main(async ([program, rulebook]) => {
	const browser = await launch();
	const service = await serve(program, "--rules", rulebook);
	const context = await visitor(browser, [service.url]);
	const trouble = await visitor(browser, [service.url], {allow: /Failed to load|ERR_/});
	const rows = district(10_000);
	await point("10,000 people as CSV, and what can be taken home", async () => {
		const page = await whole(context, program, rows, "daftar.csv", csv(rows), "id");
		await downloads(page, program, rows);
	});
	await point("10,000 people as a workbook of a library, in English", async () => {
		await (await whole(context, program, rows, "daftar.xlsx", workbook(rows), "en")).close();
	});
	for (const [name, content] of Object.entries(ODD)) {
		await point(name, () =>
			odd(context, program, content, content === csv(NUMBERED) ? NUMBERED : PLAIN));
	}
	await point("a column that comes near is taken", () => near(context, program));
	for (const [name, made] of Object.entries(BROKEN)) {
		await point(name, () => broken(context, made));
	}
	await point("cancelled while it reads", () => cancel(trouble, "**/rulebook", "reading"));
	await point("cancelled while it sends", () => cancel(trouble, "**/check*", "sending"));
	await point("cancelled while it asks again", () => cancel(trouble, "**/check*", "sending", true));
	await point("an error half-way", () => halfWay(trouble, program));
	await point("too many groups", () => manyGroups(context, program));
	await point("a page older than the rules", () => renewed(trouble, service, [PLAIN, "Jenis PTK"]));
	await point("rules that knew no such column", () =>
		renewed(trouble, service, [[["Peran"], ["Guru"]], "Peran"]));
	for (const body of ["<title>Login</title>", "", "{}"]) {
		await point(`a rulebook that is none: ${body}`, () => strangeRulebook(trouble, body));
	}
	await point("a file chosen before the page is ready", () => early(trouble));
	await point("offline", () => offline(trouble));
	await point("keyboard alone", () => keyboard(context));
	await point("a file that is dropped", () => dropped(context));
});
