/// Numbers as reports write them, the same on every machine and in every country.
package enum ReportNumber {
  /// A number with so many digits behind the point; a dash where it is none.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
    guard value.isFinite, (value * scale).magnitude < 1e15 else { return "–" }
    let units = Int((value.magnitude * scale).rounded())
    let text = String(units)
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    let sign = value < 0 && units > 0 ? "−" : ""
    return digits == 0
      ? sign + padded : sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  /// A share as a percentage.
  package static func percent(_ share: Double, _ digits: Int = 1) -> String {
    fixed(share * 100, digits) + "%"
  }

  /// A number with as many digits as tell it apart: three of value, with an exponent where it is
  /// below a thousandth or has more digits than can be read; a dash where it is none.
  package static func short(_ value: Double) -> String {
    let size = value.magnitude
    guard size.isFinite else { return "–" }
    if size == 0 || (100..<1e15).contains(size) { return grouped(value) }
    guard (0.001..<100).contains(size) else { return scientific(value) }
    return fixed(value, size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 5)
  }

  /// A number from 1 to below 10 and a power of ten.
  private static func scientific(_ value: Double) -> String {
    var (size, exponent) = (value.magnitude, 0)
    // Some hundred products at most, whose roundings are far behind the third digit.
    while size >= 10 {
      size /= 10
      exponent += 1
    }
    while size < 1 {
      size *= 10
      exponent -= 1
    }
    // What is rounded up to ten is the next power.
    if size >= 9.995 { (size, exponent) = (1, exponent + 1) }
    let power = exponent < 0 ? "−\(-exponent)" : "\(exponent)"
    return fixed(value < 0 ? -size : size, 2) + "e" + power
  }

  /// A whole number with commas between thousands.
  package static func grouped(_ count: Int) -> String {
    var digits = String(count.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (count < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
  }

  private static func grouped(_ value: Double) -> String { grouped(Int(value.rounded())) }

  /// A count with its noun.
  package static func count(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }
}
