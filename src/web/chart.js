// SPDX-License-Identifier: MIT
// The legend with the counts of the whole, the bars of the groups, and the table with the same
// numbers. Asks nothing: it shows what it is given.

import {byId, el, grow} from "./@@dom.js@@";
import {counts} from "./@@labels.js@@";
import {n, t} from "./@@texts.js@@";

const BARS = 40; // at first; more take long to read

const order = {name: "", isDown: false}; // "": by the groups' names

// The parts of a bar: each value, within it those who are flagged, and last who was rejected.
function partsOf(measures, own) {
	const parts = measures.values.map((value) => {
		const flag = measures.flags.find((one) => one.within === value.name);
		return {...value, size: own[value.name] ?? 0, flagged: flag ? own[flag.name] ?? 0 : 0};
	});
	return [...parts, {look: "look-bad", label: t.rejected, size: own.rejected}]
		.filter((one) => one.size);
}

function piece(look, share, ...inner) {
	const node = el("span", {class: `piece ${look}`}, ...inner);
	node.style.width = `${100 * share}%`;
	return node;
}

function bar(measures, name, own, most) {
	const pieces = partsOf(measures, own).map((part) => piece(part.look, part.size / most,
		part.flagged ? piece("look-flag", part.flagged / part.size) : null));
	return el("div", {class: "row"}, el("span", {class: "group"}, name),
		el("span", {class: "track"}, ...pieces), el("span", {class: "number"}, n(own.rows)));
}

function drawLegend(measures, own) {
	const flags = measures.flags.filter((flag) => own[flag.name]).map((flag) => ({label: flag.label,
		size: own[flag.name], look: flag.within ? "look-flag" : ""}));
	byId("legend").replaceChildren(...[...partsOf(measures, own), ...flags].map((one) =>
		el("li", null, el("span", {class: `swatch ${one.look}`}),
			el("span", null, el("b", null, n(one.size)), ` ${one.label}`))));
}

// The groups come by their names; comparing 10,000 of those again would hold up the browser.
function sorted(view) {
	const {name, isDown} = order, {groups} = view.grouped;
	if (!name)
		return isDown ? [...groups].reverse() : groups;
	const sign = isDown ? -1 : 1;
	return groups.map((group) => [group, counts(group, view.feature)[name] || 0])
		.sort(([, one], [, other]) => sign * (one - other))
		.map(([group]) => group);
}

async function drawBars(view, groups, limit) {
	const most = groups.reduce((best, one) => Math.max(best, one.rows), 1);
	const bars = el("div");
	const all = byId("all-bars");
	all.hidden = groups.length <= limit;
	all.textContent = t.all_bars(groups.length);
	all.onclick = () => {
		byId("chart").focus(); // the button goes
		return drawBars(view, groups, Infinity);
	};
	byId("chart").setAttribute("aria-label", t.chart(groups.length));
	byId("chart").replaceChildren(bars);
	await grow(bars, "div", groups.slice(0, limit), (group) =>
		bar(view.measures, group.name || t.empty, counts(group, view.feature), most));
}

function row(attributes, name, columns, own) {
	return el("tr", {...attributes, role: "row"}, el("th", {role: "rowheader"}, name),
		...columns.map((one) => // plain digits, for whoever copies them into a sheet
			el("td", {role: "cell", "data-count": one.name}, String(own[one.name] ?? 0))));
}

function heading(view, {name, label}) {
	const isOrder = name === order.name;
	const sort = async () => {
		Object.assign(order, {name, isDown: isOrder ? !order.isDown : name !== ""});
		await drawGroups(view);
		document.querySelector(`[data-sort="${CSS.escape(name)}"]`)?.focus();
	};
	return el("th", {role: "columnheader",
		"aria-sort": isOrder && (order.isDown ? "descending" : "ascending")},
	el("button", {type: "button", "data-sort": name, click: sort}, label));
}

// Draws all of it. The table is laid out row by row (dinas.css), for a browser lays out the whole
// of an ordinary one anew with every row; so the roles are said.
export async function drawGroups(view) {
	const columns = [{name: "rows", label: t.people}, ...view.measures.values, ...view.measures.flags,
		{name: "rejected", label: t.rejected}];
	const whole = counts(view.grouped.total, view.feature);
	const groups = sorted(view);
	drawLegend(view.measures, whole);
	await drawBars(view, groups.length ? groups : [{...view.grouped.total, name: t.total}], BARS);
	const table = el("table", {class: "table", role: "table", "data-groups": true},
		el("thead", {role: "rowgroup"}, el("tr", {role: "row"},
			...[{name: "", label: view.column || t.group}, ...columns].map((one) => heading(view, one)))));
	table.style.setProperty("--columns", columns.length);
	byId("groups").replaceChildren(table);
	await grow(table, "tbody", groups, (group) => row({"data-group": group.name},
		group.name || t.empty, columns, counts(group, view.feature)));
	table.append(el("tfoot", {role: "rowgroup"}, row({"data-total": true}, t.total, columns, whole)));
}

// At first those groups come first in which most people are flagged, if anybody is.
export function firstOrder(view) {
	const flag = view.measures.flags.find((one) => counts(view.grouped.total, view.feature)[one.name]);
	Object.assign(order, {name: flag?.name ?? "", isDown: Boolean(flag)});
}
