import Foundation
import MoE

/// One line of the output.
struct Line {
  var group: Group
  var name: String
  var shape: String
  var kernels: KernelSet
  var threads: Int
  var measurement: Measurement
  /// Nothing where there is no result to check.
  var residual: Double?
  var note = ""
}

/// Where lines are printed to: tables for people, or JSON for programs.
final class Output {
  private let isJSON: Bool
  private var group: Group?

  init(isJSON: Bool) { self.isJSON = isJSON }

  /// Says what the numbers of a run are from.
  func begin(_ options: Options) {
    guard !isJSON else { return }
    var averages = [0.0, 0, 0]
    let count = unsafe getloadavg(&averages, 3)
    let load = averages.prefix(max(0, Int(count))).map { fixed($0, 2) }
    #if DEBUG
      let build = "debug build"
    #else
      let build = "release build"
    #endif
    write("\(Compute.description); \(build); load average \(load.joined(separator: ", "))")
  }

  /// Prints a line.
  func write(_ line: Line) {
    guard !isJSON else { return write(json(line)) }
    if line.group != group {
      group = line.group
      write("\n" + row(["\(line.group.rawValue)"] + Output.columns.dropFirst().map(\.heading)))
    }
    let measurement = line.measurement
    let kernelNote = measurement.kernelPercent.map { "\(fixed($0, 1))% of the microkernel" }
    let notes = [kernelNote ?? "", line.note, measurement.isDisturbed ? "other processes ran" : ""]
    write(
      row([
        line.name, line.shape, line.kernels.rawValue, "\(line.threads)",
        significant(measurement.milliseconds), fixed(100 * measurement.spread, 1) + "%",
        fixed(measurement.rate, 1), measurement.unit.symbol, fixed(measurement.ceiling, 1),
        fixed(measurement.percent, 1), line.residual.map { significant($0, 2) } ?? "",
        notes.filter { !$0.isEmpty }.joined(separator: "; "),
      ]))
  }

  /// Prints text as it is.
  func write(_ text: String) {
    // A reader that has gone away is no reason to stop.
    try? FileHandle.standardOutput.write(contentsOf: Data("\(text)\n".utf8))
  }

  // MARK: Tables

  private static let columns: [(heading: String, width: Int, isNumber: Bool)] = [
    ("name", 24, false), ("shape", 22, false), ("kernels", 8, false), ("thr", 3, true),
    ("ms", 7, true), ("spread", 6, true), ("rate", 6, true), ("", 7, false),
    ("ceiling", 7, true), ("%", 5, true), ("residual", 8, true), ("", 0, false),
  ]

  private func row(_ cells: [String]) -> String {
    var line = zip(cells, Output.columns).map { cell, column in
      let padding = String(repeating: " ", count: max(0, column.width - cell.count))
      return column.isNumber ? padding + cell : cell + padding
    }.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }

  private func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  /// A number with some digits that count, without an exponent.
  private func significant(_ value: Double, _ digits: Int = 4) -> String {
    guard value > 0, value.isFinite else { return fixed(value, 0) }
    return fixed(value, min(6, max(0, digits - 1 - Int(log10(value).rounded(.down)))))
  }

  // MARK: JSON

  private func json(_ line: Line) -> String {
    let measurement = line.measurement
    let members = [
      ("group", text(line.group.rawValue)), ("name", text(line.name)),
      ("shape", text(line.shape)), ("kernels", text(line.kernels.rawValue)),
      ("threads", "\(line.threads)"), ("type", text("float32")),
      ("milliseconds", number(measurement.milliseconds)), ("spread", number(measurement.spread)),
      (measurement.unit.rawValue, number(measurement.rate)),
      ("ceiling", number(measurement.ceiling)), ("percent", number(measurement.percent)),
      ("microkernelPercent", measurement.kernelPercent.map(number) ?? "null"),
      ("residual", line.residual.map(number) ?? "null"),
    ]
    return "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }

  private func number(_ value: Double) -> String {
    value.isFinite ? String(format: "%.6g", value) : "null"
  }

  /// Names and shapes are this program's own: quotes and backslashes are all that could need
  /// escaping.
  private func text(_ value: String) -> String {
    "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
