// SPDX-License-Identifier: MIT
// The page of a district, from the file to the counts: keeps what was chosen, has the worker read
// and ask, and shows what that found. Itself it asks for the rulebook alone, whose words it needs.

import {drawGroups, firstOrder} from "./@@chart.js@@";
import {button, byId, el, options} from "./@@dom.js@@";
import {capital, factLabel, factOf, firstFeature, hiding, lang, measures} from "./@@labels.js@@";
import {drawOthers, drawPeople, drawRejected} from "./@@lists.js@@";
import {day, n, sentence, t} from "./@@texts.js@@";

const root = new URL("./", location.href).href;
const RESULTS = ["results", "people", "rejects", "others"];
const select = (name) => document.querySelector(`select[name=${name}]`);

// What those who show it need. A column is its index, or null: none.
const view = {
	rulebook: null, measures: null, read: null, answered: null, grouped: null,
	feature: null, groupColumn: null, nameColumn: null, column: "", defaults: {},
	left: new Map(), // the columns that are not to be used: what each was read as
	columnName: (column) => column === null ? "" : view.names[column] ?? t.untitled(column + 1),
	tell, download,
};

// --- the worker: it is asked one thing at a time, and answers with one message

let worker = null, waiting = null, line = Promise.resolve();

function stop() {
	worker?.terminate();
	worker = waiting = null;
	line = Promise.resolve();
	[isWorking, due] = [false, STEPS.length];
}

function start() {
	stop();
	worker = new Worker(new URL("./@@worker.js@@", import.meta.url), {type: "module"});
	worker.onerror = ({target}) => {
		target.isBroken = true;
		waiting?.reject({code: "unexpected"});
	};
	worker.onmessage = ({data}) => (data.type === "progress" ? showProgress(data) :
		waiting?.[data.type === "failed" ? "reject" : "resolve"](data));
}

function tell(message) {
	const asked = worker;
	line = line.catch(() => {}).then(() => new Promise((resolve, reject) => {
		if (!asked || asked.isBroken) {
			reject({code: "unexpected"});
			return;
		}
		waiting = {resolve, reject};
		asked.postMessage(message);
	}));
	return line;
}

// --- the steps: a choice makes one of them due, and all behind it

const STEPS = [
	["reading", t.reading, read],
	["sending", t.sending, ask],
	["reading", t.counting, group],
	["reading", t.counting, draw],
	["reading", t.counting, async () => {
		for (const list of [drawPeople, drawRejected, drawOthers])
			await list(view);
	}],
];
const READ = 0, ASK = 1, GROUP = 2, DRAW = 3, LISTS = 4;
let due = STEPS.length, isWorking = false, isFirst = true, opening = null, file = null;
let rules = null, isRenewed = false;

async function from(step) {
	due = Math.min(due, step);
	if (isWorking)
		return;
	isWorking = true;
	if (byId("trouble").contains(document.activeElement))
		byId("status").focus(); // what had it goes
	byId("trouble").hidden = true;
	const mine = worker;
	let now = step;
	try {
		while (due < STEPS.length) {
			now = due++;
			const [state, text, run] = STEPS[now];
			setState(state, text);
			await run();
			if (mine !== worker)
				return;
		}
		finish();
	} catch (trouble) {
		const end = mine === worker && await renew(trouble).catch((other) => other);
		if (end && mine === worker)
			fail(end, now);
	}
}

// The page may be older than the rules: once a file, it asks for them anew before it gives up, and
// begins again where they differ. Returns what remains to be told.
async function renew(trouble) {
	if (isRenewed || !["rulebook_changed", "no_header"].includes(trouble.code))
		return trouble;
	const mine = worker, {digest} = view;
	rules = null;
	await loadRulebook();
	isRenewed = true;
	if (digest === view.digest && trouble.code === "no_header")
		return trouble;
	if (mine === worker)
		begin();
	return null;
}

// One request, whoever asks first; what failed is asked again.
function loadRulebook() {
	rules ??= fetchRulebook().catch((trouble) => {
		rules = null;
		throw trouble;
	});
	return rules;
}

async function fetchRulebook() {
	const reply = await fetch(`${root}rulebook`, {headers: {Accept: "application/json"},
		cache: "no-cache"}).catch(() => null);
	if (!reply)
		throw {code: "offline", can_retry: true};
	try { // a network that wants a login first answers with a page of its own
		const rulebook = await reply.json();
		view.measures = measures(rulebook);
		showRulebook(rulebook);
		view.rulebook = rulebook;
		view.digest = /sha256:[0-9a-f]+/.exec(reply.headers.get("ETag"))?.[0];
	} catch {
		throw {code: "service", can_retry: true};
	}
}

async function read() {
	const mine = worker;
	await loadRulebook();
	if (mine !== worker)
		return;
	const {column} = opening;
	view.read = await tell({...opening, rulebook: view.rulebook, root, lang});
	view.names = distinct(view.read.columns);
	opening = {type: "open", file};
	const hadFocus = byId("understood").contains(document.activeElement);
	showRead();
	if (hadFocus && !byId("understood").contains(document.activeElement))
		(document.querySelector(`[data-at="${column}"] button`) ?? byId("understood-title")).focus();
}

function distinct(columns) {
	const seen = new Set();
	return columns.map((text, i) => {
		const name = !text ? t.untitled(i + 1) : seen.has(text) ? `${text} (${i + 1})` : text;
		seen.add(name);
		return name;
	});
}

async function ask() {
	view.answered = await tell({type: "ask", defaults: view.defaults});
	const {digest} = view.answered;
	if (digest && view.digest && digest !== view.digest)
		throw {code: "rulebook_changed"};
}

// Where a column holds too many groups, by the one that was shown before, at last by none.
async function group() {
	const wanted = view.groupColumn, ask = (column) => tell({type: "groups", column});
	const orElse = (column) => (trouble) => {
		if (trouble.code !== "too_many_groups")
			throw trouble;
		return ask(column);
	};
	view.grouped = await ask(wanted).catch(orElse(view.grouped?.column ?? null)).catch(orElse(null));
	const {column} = view.grouped;
	view.column = view.columnName(column);
	byId("regrouped").textContent = column === wanted ? "" : t.regrouped(view.columnName(wanted));
	if (view.groupColumn === wanted) { // else another was chosen meanwhile
		view.groupColumn = column;
		select("group_by").selectedIndex = (column ?? -1) + 1;
	}
	if (view.feature)
		return;
	view.feature = select("feature").value = firstFeature(view.rulebook, view.grouped.total);
	firstOrder(view);
}

async function draw() {
	showHeadline();
	byId("results").hidden = false;
	await drawGroups(view);
}

function finish() {
	isWorking = false;
	const regrouped = byId("regrouped").textContent;
	setState("done", `${t.done(view.answered.rows, view.answered.skipped)} ${regrouped}`.trim());
	if (isFirst)
		byId("headline").focus();
	isFirst = false;
}

// --- what is shown

function setState(state, text) {
	byId("main").dataset.state = state;
	byId("status").textContent = text;
	byId("bar").value = 0;
}

// Told in tens, so that a reader of the screen is not talked over.
function showProgress({phase, done, total}) {
	const part = total ? done / total : 0, text = `${t[phase]} … ${Math.floor(part * 10) * 10}%`;
	byId("bar").value = part;
	if (byId("status").textContent !== text)
		byId("status").textContent = text;
}

function showRulebook({title, features, notices = [], silent = []}) {
	byId("rules").textContent = t.about(title[lang]);
	options(select("feature"), features.map((one) => [one.name, one.title]));
	byId("notices").hidden = !notices.length;
	byId("notice-list").replaceChildren(...notices.map(({since, text, source}) => el("p", null,
		el("time", {datetime: since}, day(since)), `: ${text[lang]} `, el("cite", null, source?.[lang] ?? ""))));
	byId("silent").hidden = !silent.length;
	byId("silent-list").replaceChildren(...silent.map((one) =>
		el("li", null, `${capital(one.text[lang])}: ${t.ask(one.ask[lang])}`)));
}

function showRead() {
	const {rulebook, columnName, read: {columns, read: used, near, lacking, sheets = [], ...read}} = view;
	const entry = (marks, column, text, label, fact, was) => el("li", {...marks, "data-at": column},
		el("span", null, el("b", null, columnName(column)), text),
		button(label, () => {
			view.left[was ? "set" : "delete"](column, was);
			reopen({type: "take", column, fact});
		}));
	const left = [...view.left].filter(([column]) => !near.some((one) => one.column === column));
	byId("place").textContent = [file.name, read.sheet && t.sheet(read.sheet), t.header(read.header_row),
		t.data(read.rows), read.skipped && t.passed(read.skipped)].filter(Boolean).join(", ") + (read.formulas ? `. ${t.formulas(read.formulas)}` : ".");
	byId("sheets").hidden = sheets.length < 2;
	options(select("sheet"), sheets.map((one) => [one.name, one.name]), read.sheet);
	document.querySelector("[data-columns]").replaceChildren(...used.map(({column, fact}) =>
		entry({"data-fact": fact}, column, t.use(factLabel(rulebook, fact)), t.leave, null, fact)),
	...left.map(([column, fact]) => entry({}, column, t.left, t.retake, fact)));
	byId("near").replaceChildren(...near.map(({column, did_you_mean: word, fact}) =>
		entry({"data-near": columnName(column)}, column, t.near(capital(word.replaceAll("_", " "))),
			t.take(factLabel(rulebook, fact)), fact)));
	byId("lacking").hidden = !lacking.length;
	byId("defaults").replaceChildren(...lacking.map((name) => defaultChoice(factOf(rulebook, name))));
	if (isFirst)
		chooseColumns(columns, used.map((one) => one.column));
	byId("understood").hidden = false;
}

function defaultChoice(fact) {
	const choice = el("select", {name: fact.name, change: () => {
		view.defaults = {...view.defaults, [fact.name]: choice.value || undefined};
		from(ASK);
	}});
	options(choice, [["", t.unknown], ...fact.values.map((one) =>
		[String(one.value), one.label[lang]])], view.defaults[fact.name]);
	return el("label", null, capital(fact.label[lang]), choice);
}

const PLACES = [
	/^((nama|unit|asal) )?(sekolah|madrasah|instansi|satuan|unit kerja|tempat tugas)|^school/i, /npsn/i,
	/^(kecamatan|kabupaten|district)/i]; // an export's district is often that of a person's home
const NAMES = [/^nam[ae]$/i, /^nama (ptk|gtk|lengkap|pegawai|pendidik|tendik)|^full name/i, /^nam[ae]/i];

function chooseColumns(columns, used) {
	for (const [name, none, patterns] of [["group_by", t.no_group, PLACES],
		["name_column", t.no_name, NAMES]]) {
		options(select(name), [["", none], ...view.names.map((one) => [one, one])]);
		select(name).selectedIndex = 1 + (patterns.map((pattern) => columns.findIndex((one, i) =>
			pattern.test(one.trim()) && !used.includes(i) &&
			(patterns === PLACES || !PLACES[0].test(one.trim())))).find((at) => at >= 0) ?? -1);
	}
	readChoices();
}

function readChoices() {
	const column = (name) => (select(name).selectedIndex > 0 ? select(name).selectedIndex - 1 : null);
	view.groupColumn = column("group_by");
	view.nameColumn = column("name_column");
	if (view.feature)
		view.feature = select("feature").value;
}

function showHeadline() {
	const {rulebook, grouped: {total}, answered, feature, read: {read: used, lacking}} = view;
	const {values, flags, attribute} = view.measures;
	const and = rulebook.phrases.and[lang];
	const own = total.features[feature];
	const parts = values.filter((one) => own.values[one.name])
		.map((one) => `${n(own.values[one.name])} ${one.label}`);
	byId("headline").textContent = !parts.length ? t.nobody : t.headline(factOf(
		{facts: rulebook.features}, feature).title, answered.evaluated, sentence(parts, and));
	const unknown = lacking.filter((name) => !view.defaults[name]);
	const notes = flags.flatMap((flag) => {
		const facts = hiding(rulebook, feature, flag, unknown).map((one) => one.label[lang]);
		return [own.flags[flag.name] && t.flagged(own.flags[flag.name], flag.label),
			facts.length && t.hidden(flag.label, sentence(facts, and))];
	});
	byId("summary").replaceChildren(...[...parts.length ? notes : [], answered.rejected && t.rejects(answered.rejected),
		answered.skipped && t.passed(answered.skipped)]
		.filter(Boolean).map((text) => el("li", null, text)));
	byId("caption").textContent = t.caption(attribute, view.column);
	byId("sent").textContent = t.sent(used.map((one) => view.columnName(one.column)).join(", "),
		answered.combinations);
	byId("identity").textContent = t.identity(rulebook.title[lang], rulebook.version,
		answered.digest?.slice(0, 19) ?? "");
}

const hide = (...ids) => ids.forEach((id) => {
	byId(id).hidden = true;
});

// What went wrong, in the service's words where it has any.
function explain({code = "unexpected", problem, near = [], retry_after: wait = problem?.retry_after}) {
	if (problem?.status === 413)
		return t.trouble.too_large_there;
	const known = t.trouble[code] ?? t.trouble.other;
	const names = view.rulebook?.facts.map((one) => capital(one.label[lang])) ?? [];
	return [problem?.detail ?? (typeof known === "string" ? known : known(names.join(", "))),
		near.length && t.comes_near(near.map((one) => `“${one.column ?? one}”`).join(", ")),
		wait ? t.wait(wait) : code === "service" && !problem?.detail && t.wait_a_little]
		.filter(Boolean).join(" ");
}

function fail(trouble, step) {
	isWorking = false;
	const {code, problem, can_retry: canRetry} = trouble, text = explain(trouble);
	setState("failed", `${problem?.title ?? t.failed}. ${text}`);
	hide(...RESULTS);
	byId("trouble").replaceChildren(...[el("h2", {id: "trouble-title", tabindex: -1}, problem?.title ?? t.failed),
		el("p", null, text),
		problem?.code && el("p", null, el("a", {href: `problems/${problem.code}?lang=${lang}`}, t.more)),
		code === "rulebook_changed" ? button(t.reload, () => location.reload()) :
			canRetry && button(t.again, () => from(step))].filter(Boolean));
	byId("trouble").hidden = false;
	byId("trouble-title").focus();
}

// --- what a person does

function choose(files) {
	if (files.length > 1)
		byId("status").textContent = t.one_only(files.length);
	if (files.length !== 1)
		return;
	[file] = files;
	isRenewed = false;
	byId("chosen").textContent = t.chosen(file.name);
	begin();
}

function begin() {
	start();
	view.defaults = {};
	hide("understood", ...RESULTS);
	for (const list of [byId("groups"), byId("lists"), byId("rejected"), byId("near"),
		document.querySelector("[data-columns]")])
		list.replaceChildren(); // so that nothing of the file before is left
	reopen({type: "open", file}, true);
}

function reopen(message, isOther) {
	opening = message;
	if (isOther)
		[isFirst, view.feature, view.grouped, view.left] = [true, null, null, new Map()];
	from(READ);
}

async function download(...what) {
	await save(...what).catch((trouble) => {
		byId("status").textContent = `${t.failed}. ${explain(trouble)}`;
	});
}

async function save(kind, flag) {
	const labels = (list) => Object.fromEntries(list.map((one) => [one.name, one.label]));
	const {values, flags} = view.measures;
	const made = await tell({type: "download", kind, feature: view.feature, flag,
		column: kind === "groups" ? view.groupColumn : view.nameColumn,
		names: {group: view.column || t.group, rows: t.people, rejected: t.rejected, total: t.total,
			sheet_row: t.sheet_row, reason: t.reason, values: labels(values), flags: labels(flags)}});
	const url = URL.createObjectURL(made.blob);
	el("a", {href: url, download: made.name}).click();
	setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function chosen() {
	choose([...byId("file").files]);
	byId("file").value = ""; // so that the same file can be chosen again, once it is mended
}

byId("file").addEventListener("change", chosen);
document.querySelector("[data-cancel]").addEventListener("click", () => {
	stop();
	hide("understood", ...RESULTS); // they would ask a worker that is no more
	setState("cancelled", t.cancelled);
	byId("file").focus();
});
document.querySelector("[data-download]").addEventListener("click", () => download("groups"));
for (const [name, step] of [["group_by", GROUP], ["feature", DRAW], ["name_column", LISTS]]) {
	select(name).addEventListener("change", () => {
		readChoices();
		from(step);
	});
}
select("sheet").addEventListener("change", ({target}) =>
	reopen({type: "sheet", name: target.value}, true));
for (const type of ["dragover", "dragleave", "drop"]) {
	document.addEventListener(type, (event) => {
		event.preventDefault();
		byId("main").classList.toggle("dropping", type === "dragover");
		if (type === "drop")
			choose([...event.dataTransfer.files]);
	});
}
loadRulebook().catch(() => {}); // told when a file is chosen, if it lasts
chosen(); // before this was loaded
