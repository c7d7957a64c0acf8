// SPDX-License-Identifier: MIT
// The worker of /dinas in node: its sources, with their references to each other resolved, and
// a way to tell it something and await what it says. Beside it the program that it is held to.
import {spawn} from "node:child_process";
import {once} from "node:events";
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {Duplex} from "node:stream";
import {pathToFileURL} from "node:url";
import {createInflateRaw} from "node:zlib";

const web = new URL("../../src/web/", import.meta.url);
const binary = resolve(process.env.PMM_CHECK ?? "build/pmm-check");

// Debian 12's node has no "deflate-raw", which every browser has.
try {
	new DecompressionStream("deflate-raw");
} catch {
	globalThis.DecompressionStream = function raw() {
		return Duplex.toWeb(createInflateRaw());
	};
}

// What the service says of CSV, line by line.
export async function post({root}, path, query, body) {
	const accept = path === "check" ? "application/x-ndjson" : "application/json";
	const reply = await fetch(`${root}${path}?${new URLSearchParams(query)}`, {method: "POST", body,
		headers: {"Content-Type": "text/csv", "Accept": accept}});
	return (await reply.text()).trim().split("\n").map((line) => JSON.parse(line));
}

export async function startService(...options) {
	const child = spawn(binary, ["serve", "--listen=127.0.0.1:0", ...options],
		{stdio: ["ignore", "ignore", "pipe"]});
	let told = "";
	for await (const text of child.stderr) {
		told += text;
		const found = /listening on (http:[^ "]*)/.exec(told);
		if (found)
			return {root: `${found[1]}/`, stop: async () => {
				child.kill();
				await once(child, "exit");
			}};
	}
	throw new Error(told);
}

export async function startWorker() {
	const folder = mkdtempSync(join(tmpdir(), "pmm-worker-"));
	process.on("exit", () => rmSync(folder, {recursive: true}));
	for (const from of [web, new URL("vendor/", web)])
		for (const name of readdirSync(from).filter((one) => one.endsWith(".js")))
			writeFileSync(join(folder, name),
				readFileSync(new URL(name, from), "utf8").replaceAll(/@@([\w.-]+)@@/g, "$1"));
	writeFileSync(join(folder, "package.json"), '{"type": "module"}');
	const worker = {progress: []};
	let hear = null;
	globalThis.self = globalThis;
	globalThis.onmessage = null;
	globalThis.postMessage = (message) =>
		message.type === "progress" ? worker.progress.push(message) : hear(message);
	await import(pathToFileURL(join(folder, "worker.js")));
	worker.tell = (message) => new Promise((done) => {
		hear = done;
		globalThis.onmessage({data: message});
	});
	worker.open = async ({root}, bytes, name = "file") => {
		worker.rulebook = await (await fetch(`${root}rulebook`)).json();
		const file = new Blob([bytes]);
		file.name = name;
		return worker.tell({type: "open", file, rulebook: worker.rulebook, root, lang: "en"});
	};
	return worker;
}
