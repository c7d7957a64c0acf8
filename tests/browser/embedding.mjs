// SPDX-License-Identifier: MIT
// The question in a page of another origin: embedding.mjs PMM-CHECK RULEBOOK…
// Both ways of portal.html, with and without leave; that of the element for every rulebook.
import {createServer} from "node:http";
import {readFileSync} from "node:fs";
import {AXE, atEnd, check, json, launch, main, point, profiles, same, serve, visitor}
	from "./harness.mjs";

const PORTAL = readFileSync(new URL("portal.html", import.meta.url), "utf8");

// A portal whose policy allows the service and nothing else; {url, show(html, service)}.
async function portal() {
	let page; // [html, service]
	const server = createServer((request, reply) => {
		const [html, {url}] = page;
		const self = url.slice(0, -1);
		reply.setHeader("content-type", "text/html; charset=utf-8");
		reply.setHeader("content-security-policy",
			`default-src 'none'; script-src ${self}; connect-src ${self}; frame-src ${self}`);
		reply.end(html.replaceAll("@@SERVICE@@", url));
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	atEnd(() => new Promise((done) => server.close(done)));
	return {
		origin: `http://127.0.0.1:${server.address().port}`,
		show: (...given) => void (page = given),
	};
}

// Shows HTML of the portal; the element tells of its answers in window.told.
async function visit(browser, portal, service, html = PORTAL, options = {}) {
	portal.show(html, service);
	const context = await visitor(browser, [portal.origin, service.url], options);
	await context.addInitScript(() => {
		window.told = [];
		addEventListener("pmm-check", (event) => window.told.push(event.detail));
	});
	const page = await context.newPage();
	await page.goto(portal.origin);
	return page;
}

const heard = (page, count) => page.waitForFunction((n) => window.told.length >= n, count);
const last = (page) => page.evaluate(() => window.told.at(-1));

// Answers by keyboard alone what it is asked, as FACTS say; the answer must be that of /check.
async function byKeyboard(page, service, facts, lang) {
	const given = {};
	for (let count = 1; ; count++) {
		await heard(page, count);
		const answer = await last(page);
		const query = new URLSearchParams({...given, lang});
		same(answer, await json(`${service.url}check?${query}`), `the answer to ${query}`);
		const asked = answer.missing.find((fact) => fact in facts);
		if (!asked) return answer;
		given[asked] = facts[asked];
		const choices = page.locator(`pmm-check fieldset[data-fact="${asked}"] input`);
		const values = await choices.evaluateAll((all) => all.map((input) => input.value));
		const [from, to] = ["", given[asked]].map((value) => values.indexOf(value));
		await choices.nth(from).focus();
		// Each press chooses another one, and is answered: only the last of them counts.
		for (let i = from; i !== to; i--) await page.keyboard.press("ArrowUp");
		count = await page.evaluate(async ([fact, value]) => {
			const is = () => window.told.findIndex(({facts}) => String(facts[fact]) === value);
			while (is() < 0) {
				await new Promise((done) => addEventListener("pmm-check", done, {once: true}));
			}
			window.told = [window.told[is()]];
			return 0;
		}, [asked, given[asked]]);
		check(await choices.nth(to).evaluate((input) => input === input.getRootNode().activeElement),
			"the focus stays");
	}
}

async function element(browser, others, service, rulebook, lang) {
	const html = PORTAL.replace("<pmm-check>", `<pmm-check lang="${lang}">`)
		.replace(/<iframe[^>]*><\/iframe>/, "");
	const page = await visit(browser, others, service, html);
	const all = [...profiles(rulebook, true)];
	const answer = await byKeyboard(page, service, all[Math.floor(all.length / 3)], lang);
	const shown = page.locator("pmm-check article");
	same(await shown.count(), Object.keys(answer.features).length, "answers");
	for (const {name, reason} of Object.values(answer.features)) {
		check(await page.locator("pmm-check article", {hasText: name}).filter({hasText: reason})
			.count() > 0, `${name} with its reason`);
	}
	const more = new URL(await page.locator("pmm-check a").getAttribute("href"));
	same(await json(`${service.url}check${more.search}`), answer, "what the link leads to");
	await page.context().close();
}

async function given(browser, others, service) {
	const facts = "jabatan=Guru+Kelas&employment=non_ASN";
	const page = await visit(browser, others, service,
		PORTAL.replace("<pmm-check>", `<pmm-check facts="${facts.replace("&", "&amp;")}">`));
	await heard(page, 1);
	same(await last(page), await json(`${service.url}check?${facts}`), "the answer");
	const chosen = page.locator("pmm-check fieldset:visible input:checked");
	same(await chosen.evaluateAll((all) => all.map((input) => input.value)),
		["guru", "non_ASN", "", ""], "what is chosen");
	await page.locator("pmm-check").evaluate((one) => one.setAttribute("lang", "en"));
	await heard(page, 2);
	same(await last(page), await json(`${service.url}check?${facts}&lang=en`), "in English");
	await page.context().close();
}

async function accessible(browser, others, service) {
	const page = await visit(browser, others, service,
		PORTAL.replace(/<iframe[^>]*><\/iframe>/, ""), {bypassCSP: true});
	await heard(page, 1);
	await page.evaluate(AXE);
	const found = await page.evaluate(() => axe.run({include: "pmm-check"}));
	same(found.violations.map(({id, nodes}) => [id, nodes[0].html]), [], "axe");
	await page.context().close();
}

async function framed(browser, others, service) {
	const page = await visit(browser, others, service);
	const frame = page.frameLocator("iframe");
	await frame.locator("fieldset[data-fact=role] input[value=guru]").check();
	await frame.locator("form:has(fieldset) button").first().click();
	await frame.locator("article[data-feature]").first().waitFor();
	await frame.locator("fieldset[data-fact=role]").waitFor({state: "detached"});
	await page.context().close();
}

async function denied(browser, others, service) {
	const page = await visit(browser, others, service, PORTAL,
		{allow: /CORS policy|Failed to load resource|frame-ancestors|X-Frame-Options|in a frame/i});
	await page.locator("pmm-check [role=status]", {hasText: "tidak dapat dihubungi"}).waitFor();
	check(await page.locator("pmm-check a").getAttribute("href"), "a way on");
	same(await page.evaluate(() => window.told.length), 0, "answers");
	const frame = page.frames().find((one) => one !== page.mainFrame());
	same(await frame.locator("fieldset").count(), 0, "questions in the frame");
	await page.context().close();
}

await main(async ([program, ...files]) => {
	const browser = await launch();
	const others = await portal();
	const leave = ["--cors-origin", others.origin, "--frame-origin", others.origin];
	for (const file of files) {
		const service = await serve(program, "--rules", file, ...leave);
		const rulebook = await json(`${service.url}rulebook`);
		for (const lang of ["id", "en"]) {
			await point(`${rulebook.id}, ${lang}: the element, by keyboard alone`,
				() => element(browser, others, service, rulebook, lang));
		}
		if (file !== files[0]) continue;
		await point("facts and language as attributes", () => given(browser, others, service));
		await point("axe finds nothing in the element", () => accessible(browser, others, service));
		await point("the page in a frame", () => framed(browser, others, service));
	}
	const closed = await serve(program, "--rules", files[0]);
	await point("without leave neither", () => denied(browser, others, closed));
});
