/// A choice among the parameters of a model, by their names.
///
///     let decays = !ParameterSelection.gatesBiasesAndNorms
///     print(decays("router.gate.weight"))  // false
///     print(decays("expertGroups.0.up.weight"))  // true
///     print(decays("stack.blocks.0.norm.weight"))  // false
///
/// The names are those of ``Parameterized/namedParameters``: parts joined with dots.
public struct ParameterSelection: Sendable {
  private let contains: @Sendable (String) -> Bool

  /// A choice of your own.
  ///
  /// - Parameter contains: Whether a parameter of a name is chosen.
  public init(where contains: @escaping @Sendable (String) -> Bool) { self.contains = contains }

  /// Whether a parameter is chosen.
  ///
  /// - Parameter name: Its name.
  /// - Returns: Whether it is among the chosen.
  public func callAsFunction(_ name: String) -> Bool { contains(name) }

  /// Those of either.
  ///
  /// - Parameter other: A further choice.
  /// - Returns: All that one of both chooses.
  public func union(_ other: ParameterSelection) -> ParameterSelection {
    ParameterSelection { self($0) || other($0) }
  }

  /// Those that are not chosen.
  public static prefix func ! (selection: ParameterSelection) -> ParameterSelection {
    ParameterSelection { !selection($0) }
  }

  /// Those whose names begin with a text.
  ///
  /// - Parameter start: The text, as `stack.blocks.0.`.
  /// - Returns: Their choice.
  public static func named(startingWith start: String) -> ParameterSelection {
    ParameterSelection { $0.hasPrefix(start) }
  }

  /// All.
  public static var all: ParameterSelection { ParameterSelection { _ in true } }

  /// Those of routers: gates and what belongs to them.
  public static var routers: ParameterSelection { part("router") }

  /// Those whose names end with `bias`.
  public static var biases: ParameterSelection { ParameterSelection { $0.hasSuffix("bias") } }

  /// Those of a part whose name ends with `norm`, as `feedForwardNorm.weight`, and of the norms
  /// `before` and `after` of experts.
  public static var norms: ParameterSelection {
    ParameterSelection { name in
      name.split(separator: ".").dropLast().contains { part in
        part.lowercased().hasSuffix("norm") || part == "before" || part == "after"
      }
    }
  }

  /// Those of a part called `embedding`.
  public static var embeddings: ParameterSelection { part("embedding") }

  /// Those of a part called `head`: the map to logits.
  public static var heads: ParameterSelection { part("head") }

  /// Those of experts, shared ones too.
  public static var experts: ParameterSelection {
    part("expertGroups").union(part("sharedExperts"))
  }

  /// What weight decay usually leaves out.
  public static var gatesBiasesAndNorms: ParameterSelection {
    routers.union(biases).union(norms)
  }

  /// Those with a part of a name.
  private static func part(_ part: Substring) -> ParameterSelection {
    ParameterSelection { $0.split(separator: ".").contains(part) }
  }
}

extension ParameterSelection {
  /// Whether a parameter is a matrix, or a stack of them: by its shape, unless its name says that
  /// it is a bias, a constant of experts or of a norm, as one vector an expert is a matrix in shape
  /// alone.
  static let areMatrices: @Sendable (String, TensorShape) -> Bool = { name, sizes in
    (sizes.rank == 2 || sizes.rank == 3) && !biases(name) && !name.hasSuffix("constant")
      && !norms(name)
  }

  /// Whether it is none.
  static let areVectors: @Sendable (String, TensorShape) -> Bool = { !areMatrices($0, $1) }
}
