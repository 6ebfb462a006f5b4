/// A number over steps, in as many places as are drawn.
struct ReportSeries {
  let name: String
  /// The mean of each place; nothing where the number is missing.
  let values: [Double?]

  /// The mean of the numbers of each of so many places.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - numbers: One a step.
  ///   - count: The places at most.
  init(_ name: String, _ numbers: [Double?], places count: Int) {
    self.name = name
    let places = min(count, numbers.count)
    values = (0..<places).map { place in
      let part = numbers[place * numbers.count / places..<(place + 1) * numbers.count / places]
      let known = part.compactMap(\.self)
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
  }

  var first: Double? { values.lazy.compactMap(\.self).first }
  var last: Double? { values.last { $0 != nil } ?? nil }
  var range: ClosedRange<Double>? {
    let known = values.compactMap(\.self)
    guard let low = known.min(), let high = known.max() else { return nil }
    return low...high
  }
}

extension RoutingReport {
  /// The curves of one picture.
  struct CurveSet {
    let title: String
    let explanation: String
    let series: [ReportSeries]
    /// Whether the numbers are shares.
    let isShare: Bool
    /// The largest number that can be, where there is one.
    var most: Double?
  }

  /// All curves: the metrics first, then what the routing of each layer was like.
  func curves(places: Int) -> [CurveSet] {
    guard !steps.isEmpty else { return [] }
    let names = Set(steps.flatMap(\.metrics.keys)).sorted()
    var sets = names.map { name in
      CurveSet(
        title: name, explanation: "",
        series: [ReportSeries(name, steps.map { $0.metrics[name] }, places: places)],
        isShare: false)
    }
    let layerCount = steps.map(\.layers.count).max() ?? 0
    func add(
      _ title: String, _ explanation: String, isShare: Bool = false, most: Double? = nil,
      _ number: (Balance) -> Double
    ) {
      let series = (0..<layerCount).map { layer in
        ReportSeries(
          layerName(layer),
          steps.map { $0.layers.indices.contains(layer) ? number($0.layers[layer]) : nil },
          places: places)
      }
      guard !series.isEmpty else { return }
      sets.append(
        CurveSet(
          title: title, explanation: explanation, series: series, isShare: isShare, most: most))
    }
    add("variation of the load", "0 where all experts have as much") {
      $0.coefficientOfVariation
    }
    add("entropy of the load", "1 where all experts have as much", most: 1) {
      $0.normalizedEntropy
    }
    add("dropped routes", "the part that no expert took", isShare: true) { $0.droppedShare }
    return sets
  }
}
