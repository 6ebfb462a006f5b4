import Foundation

/// What the script of a page reads: tokens and their routes, packed so that 100,000 tokens are a
/// few megabytes.
struct ReportData {
  let report: RoutingReport

  /// How many characters of a token are kept.
  static let textLimit = 300
  /// Tokens that are longer than so many characters on average stand on lines of their own.
  static let lineLength = 16

  /// The object, as JSON that may stand in a script element.
  var json: String {
    let record = report.shown
    let lengths = record.texts.prefix(2000).map(\.count)
    let isLong = lengths.reduce(0, +) > ReportData.lineLength * lengths.count
    var fields = [
      "\"count\":\(record.count)", "\"long\":\(isLong)",
      "\"layers\":[" + report.layers.indices.map(layer).joined(separator: ",") + "]",
    ]
    if record.hasTexts {
      // A text has few different tokens, mostly: each is written once.
      var vocabulary: [String] = []
      var numbers: [String: Int] = [:]
      let ids = record.texts.map { text -> Int in
        if let number = numbers[text] { return number }
        numbers[text] = vocabulary.count
        vocabulary.append(text)
        return vocabulary.count - 1
      }
      fields.append("\"vocabulary\":" + ReportEscape.json(vocabulary.map(ReportData.cut)))
      fields.append("\"ids\":" + ReportData.packed(ids))
    }
    if !record.groups.isEmpty {
      fields.append("\"groups\":" + ReportEscape.json(report.groups.map(\.name)))
      fields.append("\"groupOf\":" + ReportData.packed(record.groups.map(Int.init)))
    }
    return "{" + fields.joined(separator: ",") + "}"
  }

  private static func cut(_ text: String) -> String {
    text.count > textLimit ? text.prefix(textLimit) + "…" : text
  }

  private func layer(_ number: Int) -> String {
    let record = report.shown.layers[number]
    let count = report.layers[number].expertCount
    // Weights below zero are read with their signs.
    let (least, largest) = record.weights.reduce((0, 0)) { range, weight in
      (min(range.0, Double(weight)), max(range.1, Double(weight)))
    }
    var fields = [
      "\"name\":" + ReportEscape.json(report.layerName(number)),
      "\"names\":" + ReportEscape.json((0..<count).map { report.expertName($0) }),
      "\"short\":" + ReportEscape.json(report.shortNames(count)),
      "\"counts\":" + ReportData.packed(record.counts.map(Int.init)),
      "\"routes\":" + ReportData.packed(record.experts.map(Int.init)),
    ]
    if record.hasWeights {
      // Sixteen bits tell weights apart to five digits of their range, which stands beside them.
      let range = largest - least
      fields.append(
        "\"weights\":"
          + ReportData.packed(
            record.weights.map { weight in
              range > 0 ? Int(((Double(weight) - least) / range * 65_535).rounded()) : 0
            }, width: 2))
      fields.append("\"least\":\(least),\"largest\":\(largest)")
    }
    if record.outcomes.contains(where: { $0 != .kept }) {
      fields.append("\"outcomes\":" + ReportData.packed(record.outcomes.map { Int($0.rawValue) }))
    }
    return "{" + fields.joined(separator: ",") + "}"
  }

  /// Whole numbers as bytes, the lowest first, as few a number as hold the largest.
  static func packed(_ numbers: [Int], width: Int? = nil) -> String {
    let largest = numbers.max() ?? 0
    let width = width ?? (largest < 1 << 8 ? 1 : largest < 1 << 16 ? 2 : 4)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * width)
    for number in numbers {
      for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
    return "{\"width\":\(width),\"bytes\":\"" + Data(bytes).base64EncodedString() + "\"}"
  }
}
