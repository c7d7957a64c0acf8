// SPDX-License-Identifier: MIT
// The question for pages of others, as an element: <pmm-check lang="id" facts="a=b&c=d">. It
// asks /check of the service that this script comes from (or of the attribute "service"), shows
// the questions that matter and what follows, and tells its page by an event "pmm-check", whose
// detail is the answer. It needs --cors-origin, keeps and sends nothing else, knows no rulebook.
(() => {
	const HOME = new URL("../", document.currentScript?.src ?? location.href).href;
	const TEXTS = {
		id: {
			unknown: "Belum tahu", answers: "Jawabannya", more: "Jawaban lengkap dan dasarnya",
			waiting: "Sebentar …", away: "Layanan tidak dapat dihubungi. Coba lagi nanti.",
		},
		en: {
			unknown: "Not known yet", answers: "The answer", more: "The whole answer and its basis",
			waiting: "One moment …", away: "The service cannot be reached. Try again later.",
		},
	};
	const STYLE = `
		:host { display: block; font: inherit; line-height: 1.5; }
		:host([hidden]), [hidden] { display: none; }
		fieldset { margin: 0 0 .75em; padding: .25em .75em .5em; }
		fieldset, b { border: 1px solid; border-radius: .4em; }
		legend, h2, h3 { font-size: 1em; font-weight: bold; margin: 0; }
		label { display: inline-block; min-height: 1.75em; padding: .25em 1em .25em 0; }
		input { accent-color: currentColor; width: 1.1em; height: 1.1em; vertical-align: -.15em; }
		:focus-visible { outline: 3px solid; outline-offset: 2px; }
		p { margin: .25em 0 .75em; }
		a { color: inherit; }
		b { padding: 0 .4em; }`;
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(STYLE);

	const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

	function el(tag, attributes, ...children) {
		const node = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes))
			node.setAttribute(name, value);
		node.append(...children);
		return node;
	}

	// One question; "not known yet" is chosen unless GIVEN is a value.
	function question(fact, given, lang) {
		const choice = (value, text) => {
			const input = el("input", {type: "radio", name: fact.name, value});
			input.checked = value === given;
			return el("label", {}, input, ` ${capital(text)}`);
		};
		return el("fieldset", {"data-fact": fact.name},
			el("legend", {}, capital(fact.label[lang])),
			...fact.values.map((one) => choice(String(one.value), one.label[lang])),
			choice("", TEXTS[lang].unknown));
	}

	// What follows for each feature: the first attribute as a mark, and why.
	function outcomes(answer, rulebook, lang) {
		const [attribute] = rulebook.attributes;
		const label = (value) => (attribute.values.find((one) => String(one.value) === value)?.label ??
			rulebook.phrases.undetermined)[lang];
		return Object.entries(answer.features).map(([name, one]) => {
			const value = String(one[attribute.name]);
			return el("article", {"data-feature": name, [`data-${attribute.name}`]: value},
				el("h3", {}, `${one.name} `, el("b", {}, label(value))), el("p", {}, one.reason));
		});
	}

	class Check extends HTMLElement {
		static observedAttributes = ["facts", "lang", "service"];

		#asked = 0; // what is asked later makes earlier answers void
		#rulebook;

		constructor() {
			super();
			this.attachShadow({mode: "open"}).adoptedStyleSheets = [sheet];
		}

		connectedCallback() {
			this.#begin();
		}

		attributeChangedCallback(name, before, now) {
			if (this.questions && before !== now)
				this.#begin();
		}

		get #service() {
			const service = this.getAttribute("service");
			return service ? new URL(service.replace(/\/?$/, "/"), document.baseURI).href : HOME;
		}

		#address(path) {
			const query = new URLSearchParams([...this.given, ["lang", this.#lang]]);
			return `${this.#service}${path}?${query}`;
		}

		get #lang() {
			const lang = this.closest("[lang]")?.lang ?? "";
			return /^en\b/i.test(lang) ? "en" : "id";
		}

		async #begin() {
			const lang = this.#lang;
			this.given = new Map(new URLSearchParams(this.getAttribute("facts") ?? ""));
			this.status = el("p", {role: "status"}, TEXTS[lang].waiting);
			this.answers = el("section", {"aria-live": "polite", "aria-label": TEXTS[lang].answers});
			this.more = el("a", {href: this.#address(""), rel: "noopener"}, TEXTS[lang].more);
			this.questions = el("div", {});
			this.questions.addEventListener("change", ({target}) => this.#choose(target));
			this.shadowRoot.replaceChildren(el("div", {lang}, this.questions, this.status, this.answers,
				el("p", {}, this.more)));
			this.#rulebook = undefined;
			await this.#ask();
		}

		#choose({name, value}) {
			if (value)
				this.given.set(name, value);
			else
				this.given.delete(name);
			this.#ask();
		}

		async #ask() {
			const turn = ++this.#asked;
			try {
				this.#rulebook ??= await this.#fetch(`${this.#service}rulebook`);
				const answer = await this.#fetch(this.#address("check"));
				if (turn === this.#asked)
					this.#show(answer);
			} catch (error) {
				if (turn === this.#asked)
					this.#fail(error);
			}
		}

		async #fetch(address) {
			const reply = await fetch(address, {headers: {accept: "application/json"}});
			const body = await reply.json();
			if (!reply.ok)
				throw Object.assign(new Error(body.code), {told: body.detail});
			return body;
		}

		// Questions stay in their order, and those that are answered stay, for people to change them;
		// none is made anew, so that the focus stays.
		#show(answer) {
			const lang = this.#lang;
			if (!this.questions.childElementCount) {
				this.given = new Map(Object.entries(answer.facts).map(([k, v]) => [k, String(v)]));
				this.questions.append(...this.#rulebook.facts.map((fact) =>
					question(fact, this.given.get(fact.name) ?? "", lang)));
			}
			for (const one of this.questions.children) {
				const {fact} = one.dataset;
				one.hidden = !answer.missing.includes(fact) && !this.given.has(fact);
			}
			this.status.textContent = "";
			this.answers.replaceChildren(...outcomes(answer, this.#rulebook, lang));
			this.more.href = this.#address("");
			this.dispatchEvent(new CustomEvent("pmm-check",
				{detail: answer, bubbles: true, composed: true}));
		}

		#fail({told}) {
			this.answers.replaceChildren();
			this.status.textContent = told ?? TEXTS[this.#lang].away;
		}
	}

	if (!customElements.get("pmm-check"))
		customElements.define("pmm-check", Check);
})();
