// SPDX-License-Identifier: MIT
// What the pages cost, not in CI: measure.mjs PMM-CHECK RULEBOOK [ROWS]
// Bytes of each page; Tanya's first answer on a telephone (Lighthouse's slow 4G: 1.6 Mbit/s, 150 ms
// a round trip; a CPU four times as slow); an .xlsx of ROWS people in 51 columns to the chart:
// seconds, memory, the longest task of the page.
import {json, launch, main, serve, visitor} from "./harness.mjs";
import {district, workbook} from "./lists.mjs";

const ANSWER = "?role=guru&employment=ASN&belajar_id=false&dapodik_gtk=true&lang=id";
const say = (...words) => console.log("#", ...words);

// What came over the wire to show ADDRESS for the first time.
async function bytes(browser, service, address) {
	const context = await visitor(browser, [service.url]);
	const page = await context.newPage();
	const client = await context.newCDPSession(page);
	await client.send("Network.enable");
	let sum = 0;
	const parts = new Map();
	client.on("Network.responseReceived", ({requestId, response}) => parts.set(requestId, response.url));
	client.on("Network.loadingFinished", ({requestId, encodedDataLength}) => {
		sum += encodedDataLength;
		say("  ", encodedDataLength, parts.get(requestId)?.replace(service.url, "/"));
	});
	await page.goto(address, {waitUntil: "networkidle"});
	say(address, sum, "bytes with heads");
	await context.close();
}

async function telephone(browser, service) {
	const times = [];
	for (let i = 0; i < 9; i++) {
		const context = await visitor(browser, [service.url], {viewport: {width: 360, height: 740}});
		const page = await context.newPage();
		const client = await context.newCDPSession(page);
		await client.send("Network.enable");
		await client.send("Network.emulateNetworkConditions",
			{offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750});
		await client.send("Emulation.setCPUThrottlingRate", {rate: 4});
		await page.goto(ANSWER, {waitUntil: "load"});
		times.push(await page.evaluate(() => new Promise((done) => {
			new PerformanceObserver((list) => done(Math.round(list.getEntries().at(-1).startTime)))
				.observe({type: "largest-contentful-paint", buffered: true});
		})));
		await context.close();
	}
	times.sort((a, b) => a - b);
	say(`first answer on a telephone: ${times[4]} ms (${times[0]}–${times.at(-1)})`);
}

// COUNT people in 51 columns, as wide as an export is.
function wide(count) {
	return district(count, 400).map((row, i) => [...row, ...Array.from({length: 51 - row.length},
		(_, j) => (i ? `isian ${(i * (j + 3)) % 5000}` : `Kolom ${j}`))]);
}

// Proportional set size of the processes of the browser, in MB.
async function memory(browser) {
	const client = await browser.newBrowserCDPSession();
	const {processInfo} = await client.send("SystemInfo.getProcessInfo");
	const {readFileSync} = await import("node:fs");
	return processInfo.map(({id, type}) => [type, Math.round(Number(/^Pss:\s+(\d+)/m
		.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8"))[1]) / 1024)]);
}

async function large(browser, service, count) {
	const book = workbook(wide(count));
	say(`${count} people, 51 columns: ${(book.length / 2 ** 20).toFixed(1)} MiB`);
	const context = await visitor(browser, [service.url]);
	await context.addInitScript(() => {
		window.longest = 0;
		new PerformanceObserver((list) => {
			for (const {duration} of list.getEntries()) window.longest = Math.max(window.longest, duration);
		}).observe({type: "longtask"});
	});
	const page = await context.newPage();
	await page.goto("dinas?lang=id");
	const {writeFileSync, mkdtempSync, rmSync} = await import("node:fs");
	const folder = mkdtempSync("/tmp/pmm-measure-");
	writeFileSync(`${folder}/a.xlsx`, book);
	let most = [];
	const weigh = setInterval(async () => {
		const now = await memory(browser).catch(() => []);
		const total = (list) => list.reduce((sum, [, size]) => sum + size, 0);
		if (total(now) > total(most)) most = now;
	}, 500);
	const began = Date.now();
	await page.locator("input[type=file]").setInputFiles(`${folder}/a.xlsx`);
	await page.locator("main[data-state=done]").waitFor({timeout: 600_000});
	clearInterval(weigh);
	say(`to the chart: ${((Date.now() - began) / 1000).toFixed(1)} s`);
	say(`longest task of the page: ${await page.evaluate(() => Math.round(window.longest))} ms`);
	say(`memory at most (PSS, MB): ${JSON.stringify(most)}`);
	rmSync(folder, {recursive: true});
}

await main(async ([program, rulebook, count = "100000"]) => {
	const service = await serve(program, "--rules", rulebook);
	await json(`${service.url}rulebook`);
	const browser = await launch();
	for (const address of ["?lang=id", ANSWER, "dinas?lang=id", "rulebook?lang=id"]) {
		await bytes(browser, service, address);
	}
	await telephone(browser, service);
	await large(browser, service, Number(count));
});
