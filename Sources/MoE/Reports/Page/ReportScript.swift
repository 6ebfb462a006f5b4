/// The script of a page: the text in pages, the routes of a token, and numbers on the maps.
///
/// Everything else is drawn without it. It puts what it shows into the page as text, never as
/// markup, and asks for nothing. When it is done, the page's root says `data-ready="true"`; where
/// it failed, `data-error` says how.
package enum ReportScript {
  package static let text = #"""
    "use strict";
    window.addEventListener("error", (event) => {
      document.documentElement.dataset.error = String(event.message);
    });
    (() => {
      const root = document.documentElement;
      const holder = document.getElementById("data");
      const make = (name, className, text) => {
        const element = document.createElement(name);
        if (className) element.className = className;
        if (text !== undefined) element.textContent = text;
        return element;
      };

      // Numbers on the maps that are too fine to print them.
      const tip = make("div", "tip");
      tip.hidden = true;
      document.body.append(tip);
      for (const map of document.querySelectorAll("svg[data-values]")) {
        const values = map.dataset.values.split(",");
        const names = map.dataset.names.split("\u001f");
        const rows = map.dataset.rows.split("\u001f");
        map.addEventListener("pointermove", (event) => {
          const box = map.getBoundingClientRect();
          const column = Math.floor((event.clientX - box.left) / box.width * names.length);
          const row = Math.floor((event.clientY - box.top) / box.height * rows.length);
          const value = values[row * names.length + column];
          tip.hidden = value === undefined || column < 0 || column >= names.length;
          tip.textContent = rows[row] + " · " + names[column] + ": " + (value / 10) + "%";
          tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 4) + "px";
          tip.style.top = Math.max(4, event.clientY - 30) + "px";
        });
        map.addEventListener("pointerleave", () => { tip.hidden = true; });
      }

      if (holder) reader(JSON.parse(holder.textContent));
      root.dataset.ready = "true";

      function reader(data) {
        // Lists of whole numbers stand in the page as bytes, the lowest first.
        const numbers = (list) => {
          if (!list) return null;
          const bytes = atob(list.bytes), width = list.width, count = bytes.length / width;
          const result = new Uint32Array(count);
          for (let index = 0; index < count; index++) {
            let value = 0;
            for (let byte = width - 1; byte >= 0; byte--) {
              value = value * 256 + bytes.charCodeAt(index * width + byte);
            }
            result[index] = value;
          }
          return result;
        };
        const count = data.count, perPage = data.long ? 100 : 500;
        const pages = Math.max(1, Math.ceil(count / perPage));
        const ids = numbers(data.ids), groups = numbers(data.groupOf);
        const layers = data.layers.map((layer) => {
          const counts = numbers(layer.counts), starts = new Uint32Array(count + 1);
          for (let token = 0; token < count; token++) starts[token + 1] = starts[token] + counts[token];
          return { ...layer, starts, routes: numbers(layer.routes), weights: numbers(layer.weights),
            outcomes: numbers(layer.outcomes) };
        });
        const outcomes = ["", "", "redirected", "dropped", "passed through", "left out"];
        const shown = document.getElementById("tokens"), detail = document.getElementById("detail");
        const byId = (id) => document.getElementById(id);
        const layerChoice = byId("layer"), expertChoice = byId("expert"), numbered = byId("numbers");
        const pageField = byId("page"), back = byId("back"), forward = byId("forward");
        let page = 0, current = 0, layer = layers[0];

        const textOf = (token) => ids ? data.vocabulary[ids[token]] : "#" + token;
        const routesOf = (from, token) => {
          const routes = [];
          for (let place = from.starts[token]; place < from.starts[token + 1]; place++) {
            routes.push({
              expert: from.routes[place],
              weight: from.weights
                ? from.least + from.weights[place] / 65535 * (from.largest - from.least) : null,
              outcome: from.outcomes ? from.outcomes[place] : 1 });
          }
          return routes;
        };
        const taken = (route) => route !== undefined && route.outcome < 3;
        const describe = (from, route) =>
          from.names[route.expert] + (route.weight === null ? "" : " " + route.weight.toFixed(2))
            + (outcomes[route.outcome] ? " " + outcomes[route.outcome] : "");
        const label = (token) => {
          const routes = routesOf(layer, token);
          return "token " + token + ", " + textOf(token) + ", "
            + (routes.length ? routes.map((route) => describe(layer, route)).join(", ") : "no expert");
        };

        function show() {
          const first = page * perPage, end = Math.min(count, first + perPage);
          const wanted = expertChoice.value === "" ? -1 : Number(expertChoice.value);
          const fragment = document.createDocumentFragment();
          for (let token = first; token < end; token++) {
            const routes = routesOf(layer, token), lead = routes[0];
            const element = make("span", "token");
            element.dataset.token = token;
            element.setAttribute("role", "option");
            element.setAttribute("aria-selected", "false");
            element.setAttribute("aria-label", label(token));
            element.tabIndex = -1;
            if (taken(lead)) {
              element.style.background = "var(--t" + lead.expert % 8 + ")";
              element.append(make("b", "", textOf(token)), make("i", "", layer.short[lead.expert]));
            } else {
              element.classList.add("none");
              element.append(make("b", "", textOf(token)), make("i", "", "–"));
            }
            if (wanted >= 0 && !routes.some((route) => route.expert === wanted && taken(route))) {
              element.classList.add("faint");
            }
            fragment.append(element);
            if (textOf(token).includes("\u21b5")) fragment.append(make("br"));
          }
          shown.replaceChildren(fragment);
          shown.classList.toggle("plain", !numbered.checked);
          pageField.value = page + 1;
          back.disabled = page === 0;
          forward.disabled = page === pages - 1;
          if (current < first || current >= end) current = first;
          choose(current, false);
        }

        function choose(token, focus) {
          const old = shown.querySelector("[aria-selected=true]");
          if (old) { old.setAttribute("aria-selected", "false"); old.tabIndex = -1; }
          current = token;
          const element = elementOf(token);
          if (!element) return;
          element.setAttribute("aria-selected", "true");
          element.tabIndex = 0;
          if (focus) element.focus();
          explain(token);
        }

        const elementOf = (token) =>
          shown.querySelector("[data-token='" + token + "']");

        function explain(token) {
          const table = make("table", "list"), body = make("tbody");
          for (const from of layers) {
            const row = make("tr"), cell = make("td");
            row.append(make("th", "", from.name), cell);
            const routes = routesOf(from, token);
            if (!routes.length) cell.append(make("span", "quiet", "no expert"));
            for (const route of routes) {
              const entry = make("span", "route");
              const key = make("span", "key", from.short[route.expert]);
              if (taken(route)) key.style.background = "var(--t" + route.expert % 8 + ")";
              const name = from.names[route.expert];
              entry.append(key, describe(from, route).slice(
                name === from.short[route.expert] ? name.length : 0));
              cell.append(entry, " ");
            }
            body.append(row);
          }
          table.append(body);
          const heading = make("h3", "", "Token " + token + ": " + textOf(token));
          const parts = [heading];
          if (groups) parts.push(make("p", "quiet", "of " + data.groups[groups[token]]));
          detail.replaceChildren(...parts, table);
        }

        function turn(to) {
          page = Math.min(pages - 1, Math.max(0, to));
          show();
        }
        function go(token) {
          token = Math.min(count - 1, Math.max(0, token));
          if (Math.floor(token / perPage) !== page) {
            current = token;
            turn(Math.floor(token / perPage));
          }
          choose(token, true);
        }
        // The token of the next line that stands nearest, as a text cursor goes.
        function vertical(direction) {
          const box = elementOf(current).getBoundingClientRect();
          const middle = box.left + box.width / 2;
          let best = null, line = null;
          const last = Math.min(count, (page + 1) * perPage) - 1;
          for (let token = current + direction; token >= page * perPage && token <= last;
            token += direction) {
            const other = elementOf(token).getBoundingClientRect();
            if (Math.abs(other.top - box.top) < 4) continue;
            if (line === null) line = other.top;
            if (Math.abs(other.top - line) >= 4) break;
            const distance = Math.abs(other.left + other.width / 2 - middle);
            if (best === null || distance < best.distance) best = { token, distance };
          }
          go(best ? best.token : direction > 0 ? last + 1 : page * perPage - 1);
        }

        shown.addEventListener("keydown", (event) => {
          if (event.altKey || event.ctrlKey || event.metaKey) return;
          const moves = {
            ArrowRight: () => go(current + 1), ArrowLeft: () => go(current - 1),
            ArrowDown: () => vertical(1), ArrowUp: () => vertical(-1),
            Home: () => go(page * perPage), End: () => go((page + 1) * perPage - 1),
            PageDown: () => go((page + 1) * perPage), PageUp: () => go((page - 1) * perPage) };
          const move = moves[event.key];
          if (!move) return;
          event.preventDefault();
          move();
        });
        shown.addEventListener("click", (event) => {
          const element = event.target.closest(".token");
          if (element) choose(Number(element.dataset.token), true);
        });
        shown.addEventListener("pointerover", (event) => {
          const element = event.target.closest(".token");
          if (element) explain(Number(element.dataset.token));
        });
        shown.addEventListener("pointerleave", () => explain(current));
        layerChoice.addEventListener("change", () => {
          layer = layers[Number(layerChoice.value)];
          experts();
          show();
        });
        expertChoice.addEventListener("change", show);
        numbered.addEventListener("change", show);
        back.addEventListener("click", () => turn(page - 1));
        forward.addEventListener("click", () => turn(page + 1));
        pageField.addEventListener("change", () => turn((Number(pageField.value) || 1) - 1));

        function experts() {
          const kept = expertChoice.value;
          const options = layer.names.map((name, expert) => new Option(name, expert));
          expertChoice.replaceChildren(new Option("all", ""), ...options);
          expertChoice.value = Number(kept) < layer.names.length ? kept : "";
        }

        layers.forEach((from, index) => layerChoice.append(new Option(from.name, index)));
        pageField.max = pages;
        byId("pages").textContent = "of " + pages;
        shown.classList.toggle("lines", data.long);
        experts();
        show();
        byId("reader").hidden = false;
      }
    })();
    """#
}
