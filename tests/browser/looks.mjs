// SPDX-License-Identifier: MIT
// Whether everybody can use the pages: looks.mjs PMM-CHECK RULEBOOK [FOLDER]
// Each page in each of its states, narrow and wide, light and dark: axe-core finds nothing, nothing
// has to be scrolled sideways, the focus is seen. With FOLDER, it leaves a picture of each there.
import path from "node:path";
import {AXE, check, launch, main, point, same, serve, visitor} from "./harness.mjs";
import {csv, district, workbook} from "./lists.mjs";

const file = (name, content) => ({name, mimeType: "", buffer: Buffer.from(content)});

const LIST = district(300, 12);
const NEAR = LIST.map((row) => row.map((cell) => cell.replace("Jenis PTK", "Jenis PKT")));

const address = (where, status = 200) => async (page) => {
	same((await page.goto(where)).status(), status, "status");
};

// The page of a district, with a FILE in it, in STATE; a request for GLOB is never answered.
const listed = (state, chosen, glob) => async (page) => {
	if (glob) await page.route(glob, () => {});
	await page.goto("dinas?lang=id");
	if (chosen) await page.locator("input[type=file]").setInputFiles(chosen);
	await page.locator(`main[data-state=${state}]`).waitFor();
};

const WHOLE = "role=guru&employment=ASN&belajar_id=false&dapodik_gtk=true";
const STATES = {
	"tanya, nothing known": address("?lang=id"),
	"tanya, half": address("?role=guru&employment=ASN&lang=en"),
	"tanya, everything known": address(`?${WHOLE}&lang=id`),
	"tanya, rule by rule": address(`?${WHOLE}&lang=id&explain=true`),
	"tanya, not covered": address("?role=lainnya&lang=id"),
	"tanya, a wrong value": address("?role=entah&employment=x&lang=id", 422),
	"rulebook": address("rulebook?lang=id"),
	"rulebook, with a row that fits": address(`rulebook?${WHOLE}&lang=en`),
	"problem": address("problems/invalid_profile?lang=id"),
	"not found": address("nothing", 404),
	"dinas, empty": listed("empty"),
	"dinas, reading": listed("reading", file("a.csv", csv(LIST)), "**/rulebook"),
	"dinas, sending": listed("sending", file("a.csv", csv(LIST)), "**/check*"),
	"dinas, done": listed("done", file("a.xlsx", workbook(LIST))),
	"dinas, a near column": listed("done", file("a.csv", csv(NEAR))),
	"dinas, failed": listed("failed", file("a.csv", "1,2\n3,4\n")),
};

async function axe(page) {
	if (!await page.evaluate(() => "axe" in window)) await page.evaluate(AXE);
	const found = await page.evaluate(() => axe.run({resultTypes: ["violations"]}));
	same(found.violations.map(({id, nodes}) => [id, nodes.length, nodes[0].html]), [], "axe");
}

async function fits(page) {
	const {needed, given} = await page.evaluate(() => ({
		needed: document.documentElement.scrollWidth, given: document.documentElement.clientWidth}));
	check(needed <= given, `${needed} px wide in a window of ${given}`);
}

// Tab goes round the page; wherever it stops, something is seen of it.
async function focusSeen(page) {
	const seen = () => page.evaluate(() => {
		const {activeElement: element} = document;
		if (element === document.body) return null;
		const target = element.matches(".unseen") ? element.labels?.[0] ?? element : element;
		const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(target);
		const shown = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
		return shown ? "" : element.outerHTML.slice(0, 120);
	});
	for (let i = 0; i < 25; i++) {
		await page.keyboard.press("Tab");
		const unseen = await seen();
		if (unseen === null) return;
		same(unseen, "", "focus is not seen on");
	}
}

const WINDOWS = [[360, "light"], [360, "dark"], [1280, "dark"], [1280, "light"]];

async function look(browser, service, name, enter, folder) {
	// Without the policy, which would keep axe out; the other tests keep to it.
	const context = await visitor(browser, [service.url], {bypassCSP: true, reducedMotion: "reduce",
		viewport: {width: 360, height: 740}, allow: /status of 4/});
	const page = await context.newPage();
	await enter(page);
	for (const [width, colorScheme] of WINDOWS) {
		await page.setViewportSize({width, height: 740});
		await page.emulateMedia({colorScheme});
		await fits(page);
		// The slow one: each width and each scheme once, for it asks of both apart.
		if ((width === 360) === (colorScheme === "light")) await axe(page);
		if (!folder) continue;
		const picture = `${name.replaceAll(/\W+/g, "-")}-${width}-${colorScheme}.png`;
		await page.screenshot({path: path.join(folder, picture), fullPage: true});
	}
	await focusSeen(page);
	await context.close();
}

await main(async ([program, rulebook, folder]) => {
	const browser = await launch();
	const service = await serve(program, "--rules", rulebook);
	for (const [name, enter] of Object.entries(STATES)) {
		await point(name, () => look(browser, service, name, enter, folder));
	}
});
