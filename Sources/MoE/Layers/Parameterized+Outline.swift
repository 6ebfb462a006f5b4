/// A value that says itself what it is made of.
protocol Outlined: Parameterized {
  /// What it is, and its parts.
  var outline: Outline { get }
}

extension Parameterized {
  /// What a value of any type is made of: by itself where it says so, else by its parameters.
  var anyOutline: Outline {
    (self as? any Outlined)?.outline ?? Outline("\(type(of: self)), \(parameterText)", shapeLines)
  }

  /// How many numbers the parameters have, and how many of them are used for a token where that is
  /// fewer.
  var parameterText: String {
    let (count, active) = (parameterCount, anyActiveParameterCount)
    let text = count == 1 ? "1 parameter" : "\(count) parameters"
    return active < count ? "\(text), \(active) active for a token" : text
  }

  /// The names and shapes of all parameters, with the formats of those in fewer bits, in lines of a
  /// readable length.
  var shapeLines: [Outline] {
    var copy = self
    var formats: [String: WeightFormat] = [:]
    copy.visitWeights { formats[$0] = $1.format }
    var lines: [String] = []
    for (name, parameter) in namedParameters {
      var text = "\(name) \(parameter.shape)"
      if let format = formats[name], format != .float32 { text += " in \(format)" }
      if let last = lines.last, last.count + text.count < 90 {
        lines[lines.count - 1] = "\(last), \(text)"
      } else {
        lines.append(text)
      }
    }
    return lines.map { Outline($0) }
  }
}

// MARK: - Numbers that are used for a token

/// A value whose parameters are not all used for every token.
protocol PartlyActive {
  /// How many numbers are used for a token, at most.
  var activeParameterCount: Int { get }
}

extension Parameterized {
  /// How many numbers of the parameters are used for a token, at most.
  var anyActiveParameterCount: Int {
    (self as? any PartlyActive)?.activeParameterCount ?? parameterCount
  }
}
