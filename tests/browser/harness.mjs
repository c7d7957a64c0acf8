// SPDX-License-Identifier: MIT
// What the tests in a browser share: TAP lines, a service on a free port, a browser that is
// watched. It knows nothing of what the pages say. Every wait ends with an event; the time limit
// only bounds how long a test hangs that has failed already. Run by run.sh, which finds browser
// and modules.
import {spawn} from "node:child_process";
import {createRequire} from "node:module";
import {readFileSync} from "node:fs";
import path from "node:path";
import process from "node:process";
import readline from "node:readline";
import {isDeepStrictEqual} from "node:util";

const MODULES = createRequire(path.resolve(process.env.PMM_MODULES ?? ".", "package.json"));
const {chromium} = MODULES("playwright-core");
export const PATIENCE_MS = 30_000;
export const AXE = readFileSync(MODULES.resolve("axe-core/axe.min.js"), "utf8");
export const workbooks = () => MODULES("@e965/xlsx");

// ---- results ----

export function check(holds, message) {
	if (!holds) throw new Error(message);
}

// Where two values differ: [path, is, wanted], or undefined.
function difference(is, wanted, path = "") {
	if (isDeepStrictEqual(is, wanted)) return undefined;
	const nested = [is, wanted].every((value) => value && typeof value === "object");
	if (!nested || Array.isArray(is) !== Array.isArray(wanted)) return [path, is, wanted];
	for (const key of new Set([...Object.keys(wanted), ...Object.keys(is)])) {
		const found = difference(is[key], wanted[key], `${path}.${key}`);
		if (found) return found;
	}
	return [path, is, wanted];
}

export function same(is, wanted, what) {
	const found = difference(is, wanted);
	if (!found) return;
	const [path, ...values] = found;
	const [one, other] = values.map((value) => JSON.stringify(value) ?? "nothing");
	throw new Error(`${what}${path}: ${one}, not ${other}`);
}

let count = 0;
let failed = 0;

// One point: what FUNCTION throws, or what the watched pages did meanwhile, is its problem.
export async function point(name, run) {
	if (ONLY && !name.includes(ONLY)) return;
	const before = faults.length;
	let problem;
	try {
		await run();
	} catch (error) {
		problem = error.stack ?? String(error);
	}
	const more = faults.slice(before).join("\n");
	problem = [problem, more].filter(Boolean).join("\n");
	count++;
	if (problem) failed++;
	console.log(`${problem ? "not " : ""}ok ${count} - ${name.replaceAll("#", "number ")}`);
	for (const line of problem ? problem.split("\n").slice(0, 12) : []) console.log(`# ${line}`);
}

const ONLY = process.env.PMM_BROWSER_ONLY;

// Runs BODY, then ends what was started, and the process with what was found.
export async function main(body) {
	try {
		await body(process.argv.slice(2));
	} catch (error) {
		failed++;
		console.log(`Bail out! ${String(error.stack ?? error).replaceAll("\n", "\n# ")}`);
	}
	for (const end of endings.reverse()) await end().catch(() => {});
	console.log(`1..${count}`);
	process.exit(failed ? 1 : 0);
}

const endings = [];
export const atEnd = (end) => endings.push(end);

// ---- services ----

const LISTENING = /listening on (http:\/\/\S+:\d+)/;

// `pmm-check serve ARGUMENTS`, when it can answer: {url, stop}.
export function serve(program, ...args) {
	const child = spawn(program, ["serve", "--listen", "127.0.0.1:0", ...args],
		{stdio: ["ignore", "ignore", "pipe"]});
	const ended = new Promise((done) => child.once("exit", done));
	const stop = async () => {
		child.kill("SIGTERM");
		await ended;
	};
	endings.push(stop);
	return new Promise((done, fail) => {
		const said = [];
		child.once("error", fail);
		readline.createInterface({input: child.stderr}).on("line", (line) => {
			said.push(line);
			const found = LISTENING.exec(line);
			if (found) done({url: `${found[1]}/`, stop, child });
		});
		child.once("exit", (status) => fail(new Error(`serve: ${status}\n${said.join("\n")}`)));
	});
}

// The answer of the service as JSON.
export async function json(url, options = {}) {
	const headers = {accept: "application/json", ...options.headers};
	return (await fetch(url, {...options, headers})).json();
}

// ---- the browser ----

const FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
	"--disable-background-networking", "--disable-component-update"];

export async function launch() {
	const browser = await chromium.launch({
		executablePath: process.env.PMM_BROWSER,
		chromiumSandbox: process.getuid?.() !== 0, // which a root cannot have
		args: FLAGS,
	});
	endings.push(() => browser.close());
	return browser;
}

const faults = [];

/* A fresh context whose pages may ask ORIGINS alone, and may say nothing on the console: neither an
 * error of a script nor one of the Content-Security-Policy. ALLOW is what a page may say all the
 * same, since the test provokes it. */
export async function visitor(browser, origins, {allow, ...options} = {}) {
	const context = await browser.newContext({baseURL: origins[0], ...options});
	context.setDefaultTimeout(PATIENCE_MS);
	const fault = (text) => {
		if (!allow?.test(text)) faults.push(text);
	};
	context.on("request", (request) => {
		const url = request.url();
		const origin = url.startsWith("blob:") ? url.slice(5) : url;
		if (!origins.some((one) => origin.startsWith(one))) fault(`asked another host: ${url}`);
	});
	context.on("page", (page) => {
		page.on("console", (message) => fault(`console: ${message.type()}: ${message.text()}`));
		page.on("pageerror", (error) => fault(`script: ${error.stack ?? error}`));
		page.on("crash", () => fault("the page crashed"));
	});
	return context;
}

// ---- rulebooks ----

// Every profile, as the facts that are known; their values as they stand in addresses.
export function* profiles(rulebook, complete = false) {
	const values = rulebook.facts.map((fact) => [...(complete ? [] : [null]),
		...fact.values.map((value) => value.value)]);
	const digits = values.map(() => 0);
	for (;;) {
		yield Object.fromEntries(rulebook.facts
			.map((fact, i) => [fact.name, values[i][digits[i]]])
			.filter(([, value]) => value !== null)
			.map(([name, value]) => [name, String(value)]));
		let i = digits.length - 1;
		while (i >= 0 && ++digits[i] === values[i].length) digits[i--] = 0;
		if (i < 0) return;
	}
}
