// Searches the index beside this page. Everything stays in the browser; it works from a folder too.
"use strict";
(function () {
  var MOST = 100;
  var input = document.getElementById("q");
  var status = document.getElementById("status");
  var list = document.getElementById("results");

  // Words apart by single spaces, one space before and after, so that " word" finds a word's beginning.
  function spaced(text) {
    return " " + text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim() + " ";
  }

  var entries = window.readinessIndex.entries.map(function (entry) {
    return { kind: window.readinessIndex.kinds[entry[0]], id: entry[1], title: entry[2], path: entry[3],
      key: spaced(entry[1]), name: spaced(entry[1] + " " + entry[2]),
      text: spaced(entry[1] + " " + entry[2] + " " + entry[4]) };
  });

  function all(words, text, after) {
    return words.every(function (word) { return text.indexOf(" " + word + after) >= 0; });
  }

  // The lower, the earlier it is shown: the id itself, whole words of a title, beginnings, then the rest.
  function rank(entry, words) {
    var phrase = " " + words.join(" ");
    if (entry.key === phrase + " ") { return 0; }
    if (entry.key.indexOf(phrase) === 0) { return 1; }
    if (all(words, entry.name, " ")) { return 2; }
    if (all(words, entry.name, "")) { return 3; }
    return all(words, entry.text, " ") ? 4 : 5;
  }

  function show(query) {
    var words = spaced(query).split(" ").filter(Boolean);
    list.textContent = "";
    if (!words.length) { status.textContent = "Type one or more words."; return; }
    var found = entries.filter(function (entry) {
      return all(words, entry.text, "");
    }).map(function (entry, place) { return [rank(entry, words), place, entry]; });
    found.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
    var shown = found.slice(0, MOST);
    status.textContent = found.length === 1 ? "1 page found." : found.length + " pages found" +
      (found.length > MOST ? "; the first " + MOST + " are shown." : ".");
    shown.forEach(function (one) {
      var entry = one[2], item = document.createElement("li"), link = document.createElement("a");
      var kind = document.createElement("span");
      link.href = entry.path;
      link.textContent = entry.id + " " + entry.title;
      kind.className = "meta";
      kind.textContent = " " + entry.kind;
      item.append(link, kind);
      list.append(item);
    });
  }

  input.value = new URLSearchParams(window.location.search).get("q") || "";
  input.addEventListener("input", function () { show(input.value); });
  show(input.value);
})();
