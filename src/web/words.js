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
		const meaning = {fact: fact.name, exact: new Set(all.map(fold)),
			patterns: all.filter((word) => word.includes("*"))};
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

export function isWordOf(meaning, text) {
	return meaning.exact.has(fold(text)) || meaning.patterns.some((one) => isLike(one, text));
}
