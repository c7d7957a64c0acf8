// SPDX-License-Identifier: MIT
// The page of questions against the JSON of the same service: tanya.mjs PMM-CHECK RULEBOOK…
// Every profile of the first rulebook by its address, in both languages and without JavaScript; a
// few dozen by hand through the form; sharing, Back, printing; of the other rulebooks a sample.
// How it looks, and whether everybody can use it, is looks.mjs's.
import {check, json, launch, main, point, profiles, same, serve, visitor} from "./harness.mjs";

const LANGS = ["id", "en"];

// What scripts may hold on to: contract of the pages. Runs in the page.
function held() {
	const attributes = (element) => Object.fromEntries([...element.attributes]
		.filter(({name}) => name.startsWith("data-"))
		.map(({name, value}) => [name.slice(5), value]));
	return {
		lang: document.documentElement.lang,
		digest: document.querySelector("main").dataset.digest,
		questions: [...document.querySelectorAll("fieldset[data-fact]")].map((question) => ({
			fact: question.dataset.fact,
			legend: question.querySelector("legend").innerText.trim(),
			choices: [...question.querySelectorAll("input[type=radio]")]
				.map((input) => ({
					name: input.name,
					value: input.value,
					checked: input.checked,
					label: input.labels[0].innerText.trim(),
				})),
			why: question.querySelector("details")?.textContent.trim() ?? "",
		})),
		answers: [...document.querySelectorAll("article[data-feature]")].map(attributes),
		text: document.querySelector("main").innerText,
		asides: [...document.querySelectorAll("aside")].map((aside) => aside.innerText).join("\n"),
	};
}

const query = (facts, more) => `?${new URLSearchParams({...facts, ...more})}`;

// The attributes of an article, as the JSON answer has them.
function expected(answer, rulebook) {
	return Object.entries(answer.features).map(([feature, outcome]) => ({feature,
		...Object.fromEntries(rulebook.attributes.map(({name}) =>
			[name.replaceAll("_", "-"), String(outcome[name])])) }));
}

// Whether what the page HELD is the answer to FACTS, and asks for nothing but what is missing.
function judge(page, answer, rulebook, lang) {
	same(page.lang, lang, "lang");
	same(page.digest, answer.rulebook.digest, "digest");
	same(page.answers, expected(answer, rulebook), "answers");
	same(page.questions.map((question) => question.fact), answer.missing, "questions");
	for (const question of page.questions) {
		const fact = rulebook.facts.find(({name}) => name === question.fact);
		same(question.choices.map(({value}) => value).sort(),
			["", ...fact.values.map(({value}) => String(value))].sort(), "choices");
		check(question.choices.every(({name}) => name === question.fact), "names of inputs");
		same(question.choices.filter(({checked}) => checked).map(({value}) => value), [""],
			"nothing is answered beforehand");
		check(question.legend && question.why, "a question has a legend and says why it is asked");
		check(question.choices.every(({label}) => label), "every choice has a label");
	}
	for (const [feature, outcome] of Object.entries(answer.features)) {
		check(page.text.includes(outcome.reason), `the reason of ${feature}`);
		for (const {document, point: clause} of outcome.basis) {
			check(page.text.includes(document) && page.text.includes(clause), `basis of ${feature}`);
		}
	}
	for (const {text} of answer.notices ?? []) check(page.asides.includes(text), "notices");
	for (const {text} of rulebook.silent ?? []) {
		check(page.asides.includes(text[lang].slice(1)), `silent: ${text[lang]}`);
	}
}

const ask = (service, facts, lang) => json(service.url + `check${query(facts, {lang})}`);

async function see(page, service, rulebook, facts, lang) {
	const answer = await ask(service, facts, lang);
	const reply = await page.goto(query(facts, {lang}), {waitUntil: "domcontentloaded"});
	same(reply.status(), 200, "status");
	judge(await page.evaluate(held), answer, rulebook, lang);
	return answer;
}

// Every profile of SAMPLE by its address, and on paper those for which PRINTED; all that are wrong.
async function addresses(context, service, rulebook, sample, lang, isPrinted = () => false) {
	const page = await context.newPage();
	const wrong = [];
	for (const facts of sample) {
		try {
			const answer = await see(page, service, rulebook, facts, lang);
			if (isPrinted(facts)) await paper(page, answer.rulebook.digest, facts);
		} catch (error) {
			wrong.push(`${query(facts, {lang})}: ${error.message}`);
		}
	}
	check(!wrong.length, wrong.join("\n"));
	await page.close();
}

// ---- by hand ----

// Answers the page's questions as FACTS say, or with "not known"; false where it asks nothing.
async function answer(page, facts) {
	const questions = page.locator("fieldset[data-fact]");
	if (!await questions.count()) return false;
	for (const question of await questions.all()) {
		const fact = await question.getAttribute("data-fact");
		await question.locator(`input[value="${facts[fact] ?? ""}"]`).check();
	}
	await Promise.all([page.waitForEvent("load"),
		page.locator("form:has(fieldset) button").first().click()]);
	return true;
}

// Without the marks that a browser restores in a form.
const unanswered = ({questions, ...page}) =>
	({...page, questions: questions.map(({fact, legend}) => ({fact, legend})) });

// Goes through the form with what FACTS say, as long as a new one of them is asked for, and back.
async function walk(context, service, rulebook, facts, lang) {
	const page = await context.newPage();
	await page.goto(`?lang=${lang}`);
	const given = {};
	const before = [];
	for (;;) {
		const asked = (await ask(service, given, lang)).missing.filter((fact) => fact in facts);
		if (!asked.length) break;
		before.push(await page.evaluate(held));
		for (const fact of asked) given[fact] = facts[fact];
		check(await answer(page, given), "the page asks");
	}
	const last = await page.evaluate(held);
	judge(last, await ask(service, given, lang), rulebook, lang);
	const stranger = await context.browser().newContext({javaScriptEnabled: false});
	const elsewhere = await stranger.newPage();
	await elsewhere.goto(page.url());
	same(await elsewhere.evaluate(held), last, "the address in a browser of somebody else");
	await stranger.close();
	for (const earlier of before.reverse()) {
		await page.goBack();
		same(unanswered(await page.evaluate(held)), unanswered(earlier), "Back");
	}
	await page.close();
}

// ---- paper ----

// A4; with how many pages, and what stands on them.
async function printed(page) {
	await page.emulateMedia({media: "print"});
	const pdf = await page.pdf({format: "A4", preferCSSPageSize: true});
	const text = await page.evaluate(() => document.body.innerText);
	await page.emulateMedia({media: null});
	return {pages: pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, text};
}

async function paper(page, digest, facts) {
	const {pages, text} = await printed(page);
	same(pages, 1, "sheets of paper");
	check(text.includes(digest.slice(0, 15)), "digest on paper");
	for (const [name, value] of Object.entries(facts)) {
		check(text.includes(`${name}=${value}`), "address on paper");
	}
}

// ---- what else an address may carry ----

async function strayParameters(context) {
	const page = await context.newPage();
	const facts = {role: "guru", employment: "ASN", lang: "id"};
	await page.goto(query(facts));
	const plain = await page.evaluate(held);
	await page.goto(query(facts, {fbclid: "IwAR0", utm_source: "wa", gclid: "%00"}));
	same(await page.evaluate(held), plain, "the page");
	check(!(await page.content()).includes("fbclid"), "is not handed on");
	await page.close();
}

async function aliases(context, service, rulebook) {
	const page = await context.newPage();
	await page.goto("?jabatan=Guru+Kelas&Status+Kepegawaian=PPPK+Paruh+Waktu&lang=en");
	const wanted = await ask(service, {role: "guru", employment: "ASN"}, "en");
	judge(await page.evaluate(held), wanted, rulebook, "en");
	await page.close();
}

async function wrongValue(context) {
	const page = await context.newPage();
	const reply = await page.goto("?role=%3Cb%3Epresiden&lang=id");
	same(reply.status(), 422, "status");
	check(/text\/html/.test(reply.headers()["content-type"]), "a page");
	const text = await page.evaluate(() => document.querySelector("main").innerText);
	check(/role|jabatan/.test(text) && !/presiden/.test(await page.content()), "what is wrong");
	await page.locator("main a").first().click();
	check(await page.locator("fieldset[data-fact]").count() > 0, "a way on");
	await page.close();
}

// ---- with JavaScript ----

async function sharing(context, service) {
	const page = await context.newPage();
	await page.goto(query({role: "guru", employment: "ASN", fbclid: "x"}));
	const sent = new URL(await page.locator('a[href*="wa.me"]').getAttribute("href"))
		.searchParams.get("text");
	const found = /https?:\/\/\S+/.exec(sent)?.[0];
	check(found?.startsWith(service.url), `WhatsApp: an absolute address in ${sent}`);
	check(!found.includes("fbclid"), "without what else the address carried");
	const shown = await page.evaluate(held);
	await page.locator("[data-copy]").click();
	await page.waitForFunction(() => navigator.clipboard.readText());
	same(await page.evaluate(() => navigator.clipboard.readText()), found, "the address copied");
	await page.goto(found);
	same(await page.evaluate(held), shown, "what the address shows");
	await page.close();
}

// ---- all together ----

const few = (all, count) => all.filter((_, i) => i % Math.ceil(all.length / count) === 0);

async function first(browser, program, file) {
	const service = await serve(program, "--rules", file);
	const rulebook = await json(`${service.url}rulebook`);
	const all = [...profiles(rulebook)];
	const context = await visitor(browser, [service.url], {javaScriptEnabled: false});
	let whole = 0;
	for (const lang of LANGS) {
		// In the second language a part of them: printing is slow.
		const isPrinted = (facts) => Object.keys(facts).length === rulebook.facts.length &&
			(lang === LANGS[0] || whole++ % 4 === 0);
		await point(`${lang}: ${all.length} profiles by address, the whole ones on one sheet`,
			() => addresses(context, service, rulebook, all, lang, isPrinted));
		await point(`${lang}: by hand through the form, shared, and back`, async () => {
			const walks = few([...profiles(rulebook, true)], 8);
			walks.push({}, ...few(all, 5));
			for (const facts of walks) await walk(context, service, rulebook, facts, lang);
		});
	}
	await point("parameters of others are ignored", () => strayParameters(context));
	await point("words that people use", () => aliases(context, service, rulebook));
	const mistaken = await visitor(browser, [service.url],
		{javaScriptEnabled: false, allow: /status of 422/});
	await point("a wrong value is told, and a way on", () => wrongValue(mistaken));
	const script = await visitor(browser, [service.url],
		{permissions: ["clipboard-read", "clipboard-write"]});
	await point("an address is copied and sent whole", () => sharing(script, service));
}

async function other(browser, program, file) {
	const service = await serve(program, "--rules", file);
	const rulebook = await json(`${service.url}rulebook`);
	const context = await visitor(browser, [service.url], {javaScriptEnabled: false});
	for (const lang of LANGS) {
		await point(`${rulebook.id}, ${lang}: by address and by hand`, async () => {
			const some = few([...profiles(rulebook)], 10);
			await addresses(context, service, rulebook, some, lang);
			await walk(context, service, rulebook, some[some.length - 1], lang);
		});
	}
}

await main(async ([program, ...files]) => {
	const browser = await launch();
	await first(browser, program, files[0]);
	for (const file of files.slice(1)) await other(browser, program, file);
});
