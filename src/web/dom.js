// SPDX-License-Identifier: MIT
// Making elements, and many of them without holding up the browser. Knows nothing of the page.

const SLICE_MS = 12; // of work at a time; a browser draws every 16
const CHUNK = 40; // rows

export const byId = (id) => document.getElementById(id);

// An attribute that is a function hears the event of its name; what is not there is left out.
export function el(tag, attributes, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (typeof value === "function")
			node.addEventListener(name, value);
		else if (value || value === 0 || value === "")
			node.setAttribute(name, value === true ? "" : value);
	}
	node.append(...children.filter((child) => child || child === ""));
	return node;
}

export const button = (text, click) => el("button", {type: "button", class: "button", click}, text);

export function options(select, rows, chosen) {
	select.replaceChildren(...rows.map(([value, text]) =>
		el("option", {value, selected: value === chosen}, text)));
}

// Puts make(item) of every item into parent, by the chunk, so that a browser may pass over those
// that are out of sight. Ends early where parent has left the page: nobody waits any more.
export async function grow(parent, tag, items, make) {
	const wasShown = parent.isConnected;
	let end = performance.now() + SLICE_MS;
	for (let from = 0; from < items.length; from += CHUNK) {
		if (performance.now() > end) {
			await new Promise((resolve) => setTimeout(resolve));
			end = performance.now() + SLICE_MS;
		}
		if (wasShown && !parent.isConnected)
			return;
		parent.append(el(tag, {class: "chunk"}, ...items.slice(from, from + CHUNK).map(make)));
	}
}
