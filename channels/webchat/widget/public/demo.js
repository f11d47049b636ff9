// The snippet with the address under which this gateway is reached right now.
const snippet = document.getElementById("snippet");
snippet.textContent = snippet.textContent.replace("/widget.js", `${location.origin}/widget.js`);

document.getElementById("open-chat").addEventListener("click", () => window.firstline?.open());
