// What is wrong with a page, as a list of sentences. It is a function of how to look: "axe" asks axe-core, "fits"
// whether all is on the screen, "spaced" and "large" whether it still is with the text spacing of WCAG 1.4.12 and with
// letters of twice the size, "reach" whether what is to be pressed is large enough for a finger.
(async (ways) => {
  const faults = [];
  const sheet = new CSSStyleSheet();

  const fits = (how) => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) faults.push(`${how}: ${document.documentElement.scrollWidth} px wide on ${width}`);
    for (const e of document.body.querySelectorAll("*")) {
      if (e.closest(".skip, .unseen, svg") || !e.checkVisibility()) continue;
      const box = e.getBoundingClientRect();
      if (box.width && (box.right > width + 1 || box.left < -1)) faults.push(`${how}: <${e.localName} class="${e.className}"> from ${Math.round(box.left)} to ${Math.round(box.right)}`);
      const style = getComputedStyle(e);
      if (style.overflow !== "visible" && !/^(input|textarea|progress)$/.test(e.localName) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) faults.push(`${how}: <${e.localName} class="${e.className}"> cuts off its text`);
    }
  };
  const under = (css, how) => {
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
    fits(how);
    document.adoptedStyleSheets = [];
  };

  for (const way of ways) {
    switch (way) {
      case "fits": fits("as it is"); break;
      case "spaced": under("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }", "with text spacing"); break;
      case "large": under("html { font-size: 225% !important }", "with large text"); break;
      case "reach":
        for (const e of document.querySelectorAll("button, .button, summary, input:not([type=hidden], [type=radio], [type=checkbox]), textarea, .radio, .check, nav a, .menu a, .wordmark")) {
          const box = e.getBoundingClientRect();
          if (e.checkVisibility() && (box.height < 44 || box.width < 44)) faults.push(`<${e.localName} class="${e.className}"> ${e.textContent.trim().slice(0, 30)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
        }
        break;
      case "axe": {
        const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] });
        for (const v of found.violations) for (const n of v.nodes) faults.push(`${v.id}: ${n.failureSummary.replaceAll("\n", " ")} in ${n.html.slice(0, 200)}`);
      }
    }
  }
  if (window.refused?.length) faults.push(`the policy refused ${window.refused}`);
  return faults.join("\n");
})
