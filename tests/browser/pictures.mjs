// SPDX-License-Identifier: MIT
// The pictures of the documents, from a running service: pictures.mjs PMM-CHECK RULEBOOK FOLDER
// Invented people only. The same pages give the same pictures on the same browser.
import {writeFileSync} from "node:fs";
import path from "node:path";
import {json, launch, main, serve, visitor} from "./harness.mjs";
import {indexed} from "./indexed.mjs";
import {csv, district, workbook} from "./lists.mjs";

const file = (name, content) => ({name, mimeType: "", buffer: Buffer.from(content)});
const LIST = district(600, 9);
const NEAR = LIST.map((row) => row.map((cell) => cell.replace("Jenis PTK", "Jenis PKT")));

const done = (page) => page.locator("main[data-state=done]").waitFor();

async function read(page, chosen) {
	await page.goto("dinas?lang=id");
	await page.locator("input[type=file]").setInputFiles(chosen);
	await done(page);
}

// [width, height, RGBA] of a PNG, as the browser decodes it.
async function pixels(page, png) {
	const [width, height, text] = await page.evaluate(async (data) => {
		const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
		const image = await createImageBitmap(new Blob([bytes]));
		const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
		canvas.drawImage(image, 0, 0);
		const {data: rgba} = canvas.getImageData(0, 0, image.width, image.height);
		const pieces = [];
		for (let i = 0; i < rgba.length; i += 8190) {
			pieces.push(btoa(String.fromCharCode(...rgba.subarray(i, i + 8190))));
		}
		return [image.width, image.height, pieces.join("")];
	}, png.toString("base64"));
	return [width, height, Buffer.from(text, "base64")];
}

await main(async ([program, rulebook, folder]) => {
	const service = await serve(program, "--rules", rulebook);
	await json(`${service.url}rulebook`);
	const browser = await launch();
	const context = await visitor(browser, [service.url], {viewport: {width: 900, height: 620},
		colorScheme: "light", reducedMotion: "reduce"});
	const page = await context.newPage();
	const easel = await context.newPage(); // a page without a policy, to draw on

	// Of PART, or of the window, with nothing marked by the focus.
	async function shoot(name, part, height) {
		await page.evaluate(() => document.activeElement.blur());
		if (part) await page.locator(part).first().scrollIntoViewIfNeeded();
		const box = part && await page.locator(part).first().boundingBox();
		const scroll = await page.evaluate(() => scrollY);
		const png = await page.screenshot({fullPage: true, scale: "css",
			clip: box ? {x: 0, y: Math.max(0, box.y + scroll - 12), width: 900,
				height: Math.min(box.height + 24, height ?? 620)} :
				{x: 0, y: 0, width: 900, height: height ?? 620}});
		writeFileSync(path.join(folder, name), indexed(...await pixels(easel, png)));
		console.log(`# ${name}`);
	}

	await page.goto("?role=guru&employment=ASN&belajar_id=false&dapodik_gtk=true&lang=id");
	await shoot("tanya.png");
	await page.goto("dinas?lang=id");
	await shoot("dinas-1-pilih.png", null, 420);
	await read(page, file("daftar-guru.xlsx", workbook(LIST)));
	await page.locator("select[name=group_by]").selectOption("Sekolah");
	await done(page);
	await shoot("dinas.png", "#results");
	await shoot("dinas-2-kolom.png", "#understood");
	await shoot("dinas-4-tabel.png", "#groups");
	await shoot("dinas-5-belum-bisa-masuk.png", "#people");
	await shoot("dinas-6-ditolak.png", "#rejects", 420);
	await read(page, file("daftar-guru.csv", csv(NEAR, ";")));
	await shoot("dinas-3-mirip.png", "#understood");
});
