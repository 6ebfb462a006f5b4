/// How the layers print: what each is, the shapes of its parameters, and how many numbers they are.

extension Linear: Outlined, CustomStringConvertible {
  var outline: Outline {
    Outline(
      "Linear from \(inputSize) to \(outputSize)\(bias == nil ? "" : " with bias"), "
        + parameterText)
  }

  /// The sizes, and how many numbers the parameters have.
  public var description: String { outline.text }
}

extension GroupedLinear: Outlined, CustomStringConvertible {
  var outline: Outline {
    Outline(
      "GroupedLinear of \(expertCount) experts from \(inputSize) to \(outputSize)"
        + "\(bias == nil ? "" : " with bias"), \(parameterText)")
  }

  /// The sizes, and how many numbers the parameters have.
  public var description: String { outline.text }
}

extension FeedForward: Outlined, CustomStringConvertible {
  var outline: Outline {
    Outline("FeedForward from \(inputSize) to \(outputSize), \(parameterText)", shapeLines)
  }

  /// The sizes, and the shapes of the parameters.
  public var description: String { outline.text }
}

extension GatedFeedForward: Outlined, CustomStringConvertible {
  var outline: Outline {
    Outline("GatedFeedForward from \(inputSize) to \(outputSize), \(parameterText)", shapeLines)
  }

  /// The sizes, and the shapes of the parameters.
  public var description: String { outline.text }
}

extension Embedding: Outlined, CustomStringConvertible {
  var outline: Outline { Outline("Embedding of \(count) ids to \(size), \(parameterText)") }

  /// The sizes, and how many numbers the parameters have.
  public var description: String { outline.text }
}

extension RMSNorm: Outlined, CustomStringConvertible {
  var outline: Outline { Outline("RMSNorm of \(inputSize), epsilon \(epsilon)") }

  /// The size and the constant.
  public var description: String { outline.text }
}

extension LayerNorm: Outlined, CustomStringConvertible {
  var outline: Outline { Outline("LayerNorm of \(inputSize), epsilon \(epsilon)") }

  /// The size and the constant.
  public var description: String { outline.text }
}

extension PrescaledRMSNorm: Outlined, CustomStringConvertible {
  var outline: Outline { Outline("PrescaledRMSNorm of \(inputSize), epsilon \(epsilon)") }

  /// The size and the constant.
  public var description: String { outline.text }
}

extension Norm: Outlined, CustomStringConvertible {
  var outline: Outline {
    switch self {
    case .rms(let norm): norm.outline
    case .layer(let norm): norm.outline
    case .prescaledRMS(let norm): norm.outline
    }
  }

  /// The kind of norm, its size and its constant.
  public var description: String { outline.text }
}

extension MultiHeadAttention: Outlined, CustomStringConvertible {
  var outline: Outline {
    let keys = keyValueHeadCount == headCount ? "" : " over \(keyValueHeadCount) of keys and values"
    let window = window.map { ", window \($0)" } ?? ""
    return Outline(
      "MultiHeadAttention of \(inputSize), \(headCount) heads of \(headSize)\(keys)"
        + "\(isCausal ? "" : ", not causal")\(window), \(parameterText)", shapeLines)
  }

  /// The sizes and heads, and the shapes of the parameters.
  public var description: String { outline.text }
}
