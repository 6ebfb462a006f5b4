/// The load of a layer's experts: a bar each where they are few, a column each where they are many.
struct LoadChart {
  let report: RoutingReport
  let number: Int

  private var layer: RoutingReport.Layer { report.layers[number] }

  /// The figure.
  var html: String {
    let layer = layer
    let balance = layer.balance
    let facts =
      "\(ReportNumber.fixed(layer.expertsPerToken, 1)) of \(layer.expertCount) experts a token · "
      + "variation \(ReportNumber.fixed(balance.coefficientOfVariation, 2)) · "
      + "entropy \(ReportNumber.fixed(balance.normalizedEntropy, 2)) · "
      + "dropped \(ReportNumber.percent(balance.droppedShare))"
    let dead = layer.deadExperts
    let caption =
      dead.isEmpty
      ? ""
      : "<figcaption class=\"dead\">Dead: \(ReportEscape.html(report.experts(dead)))</figcaption>"
    return "<figure><h3>\(ReportEscape.html(report.layerName(number)))</h3>"
      + "<p class=\"facts\">\(facts)</p>"
      + (layer.expertCount <= TextDrawing.barLimit ? bars(layer) : columns(layer))
      + caption + "</figure>\n"
  }

  /// The part that found no room, as a share of the same whole as the shares.
  private func unservedShares(_ layer: RoutingReport.Layer) -> [Double] {
    let routes = layer.availableExperts.reduce(0) { $0 + layer.load[$1] }
    // Where nothing was taken, the shares are of what was asked for.
    let whole = routes > 0 ? routes : max(1, layer.unserved.reduce(0, +))
    return layer.unserved.map { Double($0) / Double(whole) }
  }

  private func bars(_ layer: RoutingReport.Layer) -> String {
    let (shares, unserved) = (layer.shares, unservedShares(layer))
    let most = max(zip(shares, unserved).map { $0 + $1 }.max() ?? 0, layer.evenShare, 1e-9)
    let even = ReportNumber.fixed(100 * layer.evenShare / most, 2)
    let short = report.shortNames(layer.expertCount)
    var html = "<table class=\"bars\"><tbody>"
    for expert in 0..<layer.expertCount {
      let name = report.expertName(expert)
      let key =
        "<span class=\"key\" style=\"background:var(--t\(expert % 8))\">"
        + "\(ReportEscape.html(short[expert]))</span>"
      let width = ReportNumber.fixed(100 * shares[expert] / most, 2)
      var bar = "<rect width=\"\(width)%\" height=\"15\" rx=\"2\" fill=\"var(--e\(expert % 8))\"/>"
      if unserved[expert] > 0 {
        let part = ReportNumber.fixed(100 * unserved[expert] / most, 2)
        bar +=
          "<rect class=\"unserved\" x=\"\(width)%\" width=\"\(part)%\" y=\".5\" height=\"14\" rx=\"2\"/>"
      }
      if layer.evenShare > 0 && !layer.alwaysOnExperts.contains(expert) {
        bar += "<line class=\"even\" x1=\"\(even)%\" x2=\"\(even)%\" y1=\"-2\" y2=\"17\"/>"
      }
      let value = self.value(expert, layer, shares[expert])
      html +=
        "<tr><th scope=\"row\">\(key)\(ReportEscape.html(name))</th>"
        + "<td class=\"bar\"><svg aria-hidden=\"true\">\(bar)</svg></td><td>\(value)</td></tr>"
    }
    let what = layer.sharesAreOfWeights ? "weight" : "routes"
    let hatched =
      layer.unserved.contains { $0 > 0 } ? "; hatched: asked for, and taken by no expert" : ""
    return html + "</tbody></table><figcaption>Share of the \(what). The line is the even share, "
      + "\(ReportNumber.percent(layer.evenShare))\(hatched).</figcaption>"
  }

  private func value(_ expert: Int, _ layer: RoutingReport.Layer, _ share: Double) -> String {
    if layer.alwaysOnExperts.contains(expert) { return "always on" }
    if layer.disabledExperts.contains(expert) { return "off" }
    return layer.load[expert] == 0
      ? "<span class=\"dead\">dead</span>" : ReportNumber.percent(share)
  }

  private func columns(_ layer: RoutingReport.Layer) -> String {
    let shares = layer.shares
    let most = max(shares.max() ?? 0, layer.evenShare, 1e-9)
    let busiest = shares.indices.max { shares[$0] < shares[$1] } ?? 0
    var path = ""
    for (expert, share) in shares.enumerated() where share > 0 {
      // Something is never drawn as nothing.
      let height = max(10, Int((share / most * 1000).rounded()))
      path += "M\(expert) 1000v-\(height)h1v\(height)z"
    }
    let dead = layer.deadExperts.map { "M\($0) 1000v-1000h1v1000z" }.joined()
    let even = ReportNumber.fixed(100 - 100 * layer.evenShare / most, 2)
    let name = ReportEscape.html(report.expertName(busiest))
    let description =
      "Share of the routes of \(layer.expertCount) experts, in their order. The largest is "
      + "\(ReportNumber.percent(most, 2)), of \(name); even would be "
      + "\(ReportNumber.percent(layer.evenShare, 2))."
    let deadNote = dead.isEmpty ? "" : " Pale columns of full height are dead experts."
    return "<div class=\"plot\"><div class=\"ends\"><span>\(ReportNumber.percent(most))</span>"
      + "<span>0</span></div><svg role=\"img\" aria-label=\"\(description)\" style=\"height:110px\">"
      + "<svg viewBox=\"0 0 \(layer.expertCount) 1000\" preserveAspectRatio=\"none\">"
      + "<path fill=\"var(--e0)\" d=\"\(path)\"/></svg>"
      + (dead.isEmpty
        ? ""
        : "<svg viewBox=\"0 0 \(layer.expertCount) 1000\" preserveAspectRatio=\"none\">"
          + "<path fill=\"var(--e4)\" opacity=\".35\" d=\"\(dead)\"/></svg>")
      + "<line class=\"even\" x1=\"0\" x2=\"100%\" y1=\"\(even)%\" y2=\"\(even)%\"/></svg>"
      + "<div class=\"steps\"><span>\(ReportEscape.html(report.expertName(0)))</span><span>"
      + "\(ReportEscape.html(report.expertName(layer.expertCount - 1)))</span></div></div>"
      + "<figcaption>\(description) The dashed line is the even share."
      + "\(deadNote)</figcaption>"
  }
}
