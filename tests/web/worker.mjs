// SPDX-License-Identifier: MIT
// The worker of /dinas in node: its sources, with their references to each other resolved, and
// a way to tell it something and await what it says.
import {mkdtempSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

const web = new URL("../../src/web/", import.meta.url);

export async function startWorker() {
	const folder = mkdtempSync(join(tmpdir(), "pmm-worker-"));
	for (const from of [web, new URL("vendor/", web)])
		for (const name of readdirSync(from).filter((one) => one.endsWith(".js")))
			writeFileSync(join(folder, name),
				readFileSync(new URL(name, from), "utf8").replaceAll(/@@([\w.-]+)@@/g, "$1"));
	writeFileSync(join(folder, "package.json"), '{"type": "module"}');
	const told = [];
	let hear = null;
	globalThis.self = globalThis;
	globalThis.onmessage = null;
	globalThis.postMessage = (message) => {
		if (message.type === "progress")
			told.push(message);
		else
			hear(message);
	};
	await import(pathToFileURL(join(folder, "worker.js")));
	return {progress: told, tell: (message) => new Promise((resolve) => {
		hear = resolve;
		globalThis.onmessage({data: message});
	})};
}
