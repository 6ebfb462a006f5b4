extension ReportPage {
  /// The load of each expert, layer by layer, and of all layers at a glance.
  var load: Section {
    let figures = report.layers.indices.map {
      (title: report.layerName($0), html: LoadChart(report: report, number: $0).html)
    }
    return Section(
      id: "load", title: "Load of each expert",
      introduction: "How much each expert takes, beside the even share. Variation is 0 and entropy "
        + "1 where all take as much. A dead expert takes no token.",
      body: glance + self.figures(figures))
  }

  /// A row a layer, a column an expert; where there are enough layers to compare.
  private var glance: String {
    let most = report.layers.map(\.expertCount).max() ?? 0
    guard report.layers.count > 3, most > 0 else { return "" }
    var shares = RoutingReport.Matrix(rowCount: report.layers.count, columnCount: most)
    for (number, layer) in report.layers.enumerated() {
      for (expert, share) in layer.shares.enumerated() { shares[number, expert] = share }
    }
    return "<div class=\"grid whole\" style=\"margin-bottom:16px\">"
      + MatrixChart(
        title: "All layers",
        caption: "Percent of each layer's routes; a row a layer, a column an "
          + "expert.", corner: "layer", rows: report.layers.indices.map(report.layerName),
        columns: (0..<most).map(report.expertName), shortColumns: report.shortNames(most),
        shares: shares
      ).html + "</div>\n"
  }

  /// The tokens, coloured by expert; the script fills it.
  var text: Section {
    let kept = report.shown.count
    let left =
      kept < report.tokenCount
      ? " The first \(ReportNumber.grouped(kept)) of \(ReportNumber.grouped(report.tokenCount)) "
        + "tokens are shown." : ""
    let body =
      "<noscript><p>The text needs scripts, which are switched off here.</p></noscript>\n"
      + "<div id=\"reader\" hidden><div class=\"controls\">"
      + "<label>layer <select id=\"layer\"></select></label>"
      + "<label>show <select id=\"expert\"></select></label>"
      + "<label><input type=\"checkbox\" id=\"numbers\" checked> numbers</label>"
      + "<span><button type=\"button\" id=\"back\">← back</button> "
      + "<label>page <input type=\"number\" id=\"page\" min=\"1\" value=\"1\"></label> "
      + "<span id=\"pages\"></span> <button type=\"button\" id=\"forward\">on →</button></span></div>"
      + "<div class=\"reader\"><div class=\"card tokens\" id=\"tokens\" role=\"listbox\" "
      + "aria-label=\"Tokens; arrow keys go from one to the next\"></div>"
      + "<div class=\"card detail\" id=\"detail\" aria-live=\"polite\"></div></div></div>\n"
    return Section(
      id: "text", title: "Tokens by expert",
      introduction: "Each token has the colour and the number of its leading expert: the one with "
        + "the largest weight, whatever its sign. Point at a token, or go to it with the arrow "
        + "keys, to see its experts in every layer. Colours repeat after eight experts; the numbers "
        + "do not.\(left)",
      body: kept > 0 && !report.layers.isEmpty ? body : "")
  }

  /// Groups of tokens by expert, layer by layer.
  var groups: Section {
    let rows = report.largestGroups(40)
    let figures = report.layers.indices.map { number -> (title: String, html: String) in
      let layer = report.layers[number]
      let columns = busiest(layer)
      var shares = RoutingReport.Matrix(rowCount: rows.count, columnCount: columns.count)
      for (place, group) in rows.enumerated() {
        let own = layer.shares(ofGroup: group)
        for (column, expert) in columns.enumerated() { shares[place, column] = own[expert] }
      }
      let what = layer.sharesAreOfWeights ? "weight" : "routes"
      let short = report.shortNames(layer.expertCount)
      return (
        report.layerName(number),
        MatrixChart(
          title: report.layerName(number),
          caption: "Percent of each group's \(what)." + busiestNote(layer), corner: "group",
          rows: rows.map { report.groups[$0].name }, columns: columns.map(report.expertName),
          shortColumns: columns.map { short[$0] }, shares: shares
        ).html
      )
    }
    let left =
      rows.count < report.groups.count
      ? " The \(rows.count) largest of \(report.groups.count) groups are shown." : ""
    return Section(
      id: "groups", title: "Experts by group",
      introduction:
        "Which experts take the tokens of which class, domain or kind. Rows that differ "
        + "show experts that have specialised; equal rows show experts that have not.\(left)",
      body: report.groups.isEmpty || report.tokenCount == 0
        ? "" : self.figures(figures, isWide: isWide))
  }

  /// The experts that have a row or a column: all, or the busiest in the order of their numbers.
  private func busiest(_ layer: RoutingReport.Layer) -> [Int] {
    let order = (0..<layer.expertCount).sorted {
      (layer.load[$1], $0) < (layer.load[$0], $1)
    }
    return order.prefix(MatrixChart.expertLimit).sorted()
  }

  private func busiestNote(_ layer: RoutingReport.Layer) -> String {
    layer.expertCount > MatrixChart.expertLimit
      ? " The \(MatrixChart.expertLimit) busiest of \(layer.expertCount) experts." : ""
  }

  /// Which experts take tokens together.
  var coactivation: Section {
    let figures = report.layers.indices.compactMap { number -> (title: String, html: String)? in
      let layer = report.layers[number]
      guard !layer.isDense, let shares = layer.coactivationShares, let counts = layer.coactivation,
        !counts.largest(1, where: { $0 != $1 }).isEmpty
      else { return nil }
      let experts = busiest(layer)
      var picked = shares.picking(rows: experts, columns: experts)
      // That an expert stands beside itself says nothing, and would pale the rest.
      for place in experts.indices { picked[place, place] = 0 }
      let names = experts.map(report.expertName)
      let short = report.shortNames(layer.expertCount)
      return (
        report.layerName(number),
        MatrixChart(
          title: report.layerName(number),
          caption: "Percent of the tokens of a row's expert that the column's takes too."
            + busiestNote(layer),
          corner: "expert", rows: names, columns: names, shortColumns: experts.map { short[$0] },
          shares: picked
        ).html
      )
    }
    return Section(
      id: "together", title: "Experts that work together",
      introduction: "Pairs of experts that take the same token. Layers with one expert a token, or "
        + "with all for every token, have no picture.",
      body: self.figures(figures, isWide: isWide))
  }

  /// Which expert leads a token in the next layer.
  var transitions: Section {
    let figures = report.layers.indices.compactMap { number -> (title: String, html: String)? in
      guard let counts = report.layers[number].transitions,
        counts.values.contains(where: { $0 > 0 })
      else { return nil }
      let (layer, next) = (report.layers[number], report.layers[number + 1])
      let (rows, columns) = (busiest(layer), busiest(next))
      let title = "\(report.layerName(number)) → \(report.layerName(number + 1))"
      let short = report.shortNames(next.expertCount)
      return (
        title,
        MatrixChart(
          title: title,
          caption: "Percent of the tokens that a row's expert leads and the column's leads next."
            + busiestNote(next),
          corner: "from", rows: rows.map(report.expertName),
          columns: columns.map(report.expertName),
          shortColumns: columns.map { short[$0] },
          shares: counts.rowShares.picking(rows: rows, columns: columns)
        ).html
      )
    }
    let flow = FlowChart(report: report)
    return Section(
      id: "ways", title: "From layer to layer",
      introduction: "Where the tokens that an expert leads go in the next layer. Dark cells are "
        + "fixed ways; even rows mean that one choice says nothing of the next.",
      body: (flow.isDrawn ? flow.html + "<div style=\"height:16px\"></div>\n" : "")
        + self.figures(figures, isWide: isWide))
  }

  /// Numbers over the steps of a training.
  var curves: Section {
    guard let first = report.steps.first, let last = report.steps.last else {
      return Section(id: "steps", title: "Over the steps", introduction: "", body: "")
    }
    let charts = report.curves(places: CurveChart.placeLimit).map {
      CurveChart(set: $0, first: first.step, last: last.step).html
    }
    return Section(
      id: "steps", title: "Over the steps",
      introduction: "What the training was like, step by step; where steps are many, means of "
        + "neighbours.",
      body: "<div class=\"grid small whole\">\(charts.joined())</div>\n")
  }
}
