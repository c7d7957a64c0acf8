// Makes the page of an answer handier: it completes the address that is shown and sent, copies
// it, and hands it to the telephone's own menu. The page is whole without it; it asks nothing of
// the service and knows nothing of what the page says.
const link = document.querySelector("[data-address]");
const message = document.querySelector(".share a");
const address = link.textContent.startsWith("http")
	? link.textContent
	: new URL(link.getAttribute("href"), location.href).href;

link.textContent = address;
if (message) {
	const said = new URL(message.href).searchParams.get("text");
	const text = said.endsWith("\n") ? said + address : said;
	message.href = `https://wa.me/?text=${encodeURIComponent(text)}`;
	offer("[data-copy]", navigator.clipboard, copy);
	offer("[data-share]", navigator.share, () => share(text));
}

function offer(button, able, act) {
	const element = document.querySelector(button);
	element.hidden = !able;
	element.addEventListener("click", () => act(element));
}

async function copy(button) {
	const before = button.textContent;
	try {
		await navigator.clipboard.writeText(address);
	} catch { // a frame may not, unless its page allows it: then people copy what is chosen
		getSelection().selectAllChildren(link);
		link.focus();
		return;
	}
	button.textContent = button.dataset.copy;
	setTimeout(() => (button.textContent = before), 3000);
}

function share(text) {
	navigator.share({ title: document.title, text }).catch(() => {}); // closed: nothing to do
}
