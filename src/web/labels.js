// SPDX-License-Identifier: MIT
// The words of the rulebook for what is counted, and for what a person lacks. Decides nothing:
// what follows from facts is the service's to say.

export const lang = document.documentElement.lang === "en" ? "en" : "id";

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// What is counted of one feature: each value of the first attribute, what is open, each flag.
export function measures(rulebook) {
	const [attribute] = rulebook.attributes;
	const values = attribute.values.map((one, i) =>
		({name: String(one.value), label: one.label[lang], look: `look-${i % 4}`}));
	return {
		attribute: attribute.label[lang],
		values: [...values,
			{name: "undetermined", label: rulebook.phrases.undetermined[lang], look: "look-open"}],
		flags: (rulebook.flags ?? []).map((one) => ({name: one.name, label: one.label[lang],
			when: one.when, within: one.when[attribute.name]})),
	};
}

export function counts(group, feature) {
	const own = group.features[feature];
	return {rows: group.rows, rejected: group.rejected, ...own.values, ...own.flags};
}

// The one with the most different outcomes among these people; where that is equal, the one of
// which the rules have most to say; then the first.
export function firstFeature(rulebook, total) {
	const {name: attribute} = rulebook.attributes[0];
	const weight = (name) => {
		const seen = Object.values(total.features[name].values).filter((one) => one > 0).length;
		const said = rulebook.rules.filter((rule) => rule.features.includes(name))
			.map((rule) => rule.then[attribute]);
		return seen * 1000 + new Set(said).size;
	};
	return rulebook.features.map((one) => one.name)
		.reduce((best, name) => (weight(name) > weight(best) ? name : best));
}

export const factOf = (rulebook, name) => rulebook.facts.find((one) => one.name === name);

export const factLabel = (rulebook, name) => factOf(rulebook, name)?.label[lang] ?? name;

export function valueLabel(fact, value) {
	const found = fact?.values.find((one) => String(one.value) === String(value));
	return found ? found.label[lang] : String(value);
}

// The facts that those rules ask for which may still apply, and which lead to what is looked for:
// given ones, on which an outcome rests, or unknown ones, on which it depends.
function factsOf(rulebook, feature, leads, facts, isGiven) {
	const rules = rulebook.rules.filter((rule) => rule.features.includes(feature) && leads(rule.then) &&
		Object.entries(rule.when).every(([fact, values]) =>
			facts[fact] === undefined || values.includes(facts[fact])));
	return rulebook.facts.filter((fact) => (facts[fact.name] !== undefined) === isGiven &&
		rules.some((rule) => fact.name in rule.when));
}

const leadsTo = (flag) => (then) => Object.entries(flag.when)
	.some(([name, value]) => then[name] === value);

// Why a person has the flag: the facts that can be changed, if there are any.
export function lackingOf(rulebook, feature, flag, facts) {
	const used = factsOf(rulebook, feature, leadsTo(flag), facts, true);
	const changeable = used.filter((fact) => fact.changeable);
	return changeable.length ? changeable : used;
}

export const missingOf = (rulebook, feature, facts) => factsOf(rulebook, feature,
	(then) => rulebook.attributes[0].name in then, facts, false);

// Which of the facts that nobody gave decide about the flag.
export const hiding = (rulebook, feature, flag, lacking) =>
	factsOf(rulebook, feature, leadsTo(flag), {}, false).filter((one) => lacking.includes(one.name));
