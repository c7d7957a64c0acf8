// SPDX-License-Identifier: MIT
// Words as people write them: how names and values are compared (as src/base/word.c does), and
// which of them a rulebook knows. It does not judge: what a cell says is for the service. Here
// is only what is needed to find the header of a file.

const INVISIBLE = /[\u00AD\u180E\u200B-\u200F\u202A-\u202E\u2060\uFEFF]/;
const DASH = /[-\u2010-\u2015]/;
const SEPARATOR = new RegExp("[\\t-\\r \"'*.:_`\\u0085\\u00A0\\u00AB\\u00BB\\u1680\\u2000-\\u200A" +
	"\\u2018-\\u201F\\u2028\\u2029\\u202F\\u205F\\u3000]");
const LETTER = /[0-9a-z\u0080-\uFFFF]/;

// Without what only separates, ASCII letters lowered; a sign before a number stays.
export function fold(text) {
	if (/^[a-z0-9]*$/.test(text))
		return text;
	let to = "", isBehindLetter = false;
	for (let i = 0; i < text.length; i++) {
		let c = text[i];
		if (INVISIBLE.test(c))
			continue;
		const isDash = DASH.test(c);
		if (isDash ? isBehindLetter || !/[0-9]/.test(text[i + 1] ?? "") : SEPARATOR.test(c)) {
			isBehindLetter = false;
			continue;
		}
		c = isDash ? "-" : c >= "A" && c <= "Z" ? c.toLowerCase() : c;
		isBehindLetter = LETTER.test(c);
		to += c;
	}
	return to;
}

// The folded words of a text, as patterns compare them.
function words(text) {
	return text.split(/[^\p{L}\p{N}]+/u).map(fold).filter(Boolean);
}

function isLike(pattern, text) {
	const fixed = words(pattern), given = words(text), isSuffix = pattern.startsWith("*");
	const part = isSuffix ? given.slice(-fixed.length) : given.slice(0, fixed.length);
	return given.length > fixed.length && part.join() === fixed.join();
}

// What a rulebook calls its facts: folded name → {fact, words}, the words being what may stand
// under it: exact ones, and those with "*".
export function namesOf(rulebook) {
	const names = new Map();
	const add = (fact, own, values) => {
		const all = values.flatMap((one) => [String(one.value), ...Object.values(one.label ?? {}),
			...one.aliases ?? []]);
		const others = [...rulebook.unknown ?? [], ...fact.unknown ?? [], ...own.unknown ?? []];
		const meaning = {fact: fact.name, exact: new Set(all.map(fold)),
			patterns: all.filter((word) => word.includes("*")), others,
			isYesOrNo: fact.values.every((one) => typeof one.value === "boolean")};
		for (const name of [own.name, ...own.aliases ?? [], ...Object.values(own.label ?? {})])
			names.set(fold(name), meaning);
	};
	for (const fact of rulebook.facts)
		add(fact, fact, fact.values);
	for (const source of rulebook.sources ?? []) {
		const fact = rulebook.facts.find((one) => one.name === source.fact);
		const accepted = fact.values.filter((one) => source.accepts?.includes(one.value) ?? true);
		add(fact, source, [...accepted, ...source.words ?? []]);
	}
	return names;
}

// Slips between two folded texts: letters put in, left out, taken for others or swapped.
function distance(a, b) {
	let before = [], last = [], row = Array.from({length: b.length + 1}, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		[before, last, row] = [last, row, [i]];
		for (let j = 1; j <= b.length; j++) {
			const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]),
				isSwap ? before[j - 2] + 1 : Infinity);
		}
	}
	return row[b.length];
}

const utf8 = new TextEncoder();

// As is_near() of src/base/word.c has it, or looser: what is not near here, is not there.
const isNearOne = (names, folded) => [...names].some((name) => {
	const size = Math.max(...[name, folded].map((one) => utf8.encode(one).length));
	const slips = size < 9 ? 1 : 2;
	return Math.abs(name.length - folded.length) <= slips && distance(name, folded) <= slips;
});

// What may be sent of a name of a column: all of it where the rulebook knows it or it comes near
// such a name; with an empty bracket, where only its other part does; else null.
export function sayable(names, text) {
	const start = text.indexOf("("), before = text.slice(0, Math.max(start, 0));
	if (names.has(fold(text)) || isNearOne(names.keys(), fold(text)))
		return text;
	return start > 0 && isNearOne(names.keys(), fold(before)) ? `${before}(x)` : null;
}

export function isWordOf(meaning, text) {
	return meaning.exact.has(fold(text)) || meaning.patterns.some((one) => isLike(one, text));
}

const UNKNOWN = "x".repeat(20); // no word of any rulebook, nor near one

// What may be sent of a text under a name. Of an address that is what is behind the sign; and
// where the answer is yes or no, only what may be a word for it: other texts may say anything.
export function sayableValue({exact, patterns, others, isYesOrNo}, text) {
	const at = text.lastIndexOf("@"), host = /^@[^\s@]*/.exec(text.slice(at))?.[0] ?? "";
	const mask = (part) => part.replace(/[^\s@]*[\p{L}\p{N}][^\s@]*/gu, "x");
	const said = at < 0 ? text : mask(text.slice(0, at)) + host + mask(text.slice(at + host.length));
	const isWord = !isYesOrNo || !/[\p{L}\p{N}]/u.test(said) || isWordOf({exact, patterns}, said) ||
		others.some((one) => fold(one) === fold(said) || (one.includes("*") && isLike(one, said))) ||
		(said.length < 100 && isNearOne([...exact, ...others.map(fold)], fold(said)));
	return isWord ? said : UNKNOWN;
}
