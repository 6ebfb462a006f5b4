/// Texts of anyone's as they may stand in a page.
enum ReportEscape {
  /// A text between tags or in an attribute between double quotes.
  ///
  /// Control characters and marks that turn the direction of a line are made visible.
  static func html(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in TextColumns.visible(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A text as a string of JSON that may stand in a script element: without a sign that could end
  /// it, or begin another.
  static func json(_ text: some StringProtocol) -> String {
    var result = "\""
    for scalar in TextColumns.visible(text).unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "<": result += "\\u003c"
      case ">": result += "\\u003e"
      case "&": result += "\\u0026"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Texts as a list of JSON.
  static func json(_ texts: some Sequence<String>) -> String {
    "[" + texts.map { json($0) }.joined(separator: ",") + "]"
  }
}
