extension Parameterized {
  /// Visits the weights of a value that is nested under a name.
  ///
  /// - Parameters:
  ///   - name: What is put before the names, with a dot.
  ///   - visit: Called with each weight.
  public mutating func visitWeights(
    under name: String, _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try visitWeights { try visit("\(name).\($0)", &$1) }
  }

  /// Keeps the weights a second time, in the order that products read them.
  ///
  /// A forward pass of many tokens packs the weights into panels before it multiplies by them, and
  /// one of a few tokens reads them where they stand, in many streams instead of one. Weights that
  /// do not change need to be packed only once:
  ///
  ///     var model = trained
  ///     model.packWeights()
  ///     print(try model(tokens) == trained(tokens))  // true
  ///
  /// Outputs have the same bits, and gradients are as they were. The panels take as much memory as
  /// the weights, and somewhat more where their sizes are no multiples of the width of a panel. A
  /// weight that is assigned, updated by an ``Optimizer`` or visited by ``visitParameters(_:)``
  /// loses its panels: pack again when training is over. Panels are for the kernels in use, see
  /// ``Compute``; the portable ones do without. Weights in fewer bits stand in that order already.
  ///
  /// - Complexity: O(``parameterCount``), in time and in memory.
  public mutating func packWeights() { visitWeights { $1.pack() } }

  /// The same with its weights in another format.
  ///
  /// What a format costs is decided here, where weights are rounded: whatever runs computes with the
  /// weights that the format keeps, exactly, in the bits of a layer of single precision that has
  /// them decompressed.
  ///
  ///     let small = try model.compressing(to: .int4(groupSize: 32))
  ///
  /// Routers are left as they are, so that tokens go to the same experts, and so are embeddings,
  /// biases and norms. A weight that is assigned or updated is in single precision again; one whose
  /// master is kept is rounded again.
  ///
  /// - Parameters:
  ///   - format: How weights are kept.
  ///   - rounding: How the scales of groups are chosen.
  ///   - keepingMaster: Whether weights are kept in single precision beside, for training: gradients
  ///     are those of the rounded weights, and update what was rounded.
  ///   - isChosen: Which weights to round, by name; all where nothing is given.
  /// - Returns: A value with the same parameters, rounded.
  /// - Throws: What ``WeightFormat/check()`` throws.
  /// - Complexity: O(``parameterCount``).
  public func compressing(
    to format: WeightFormat, rounding: WeightRounding = .byMaximum, keepingMaster: Bool = false,
    where isChosen: (String) -> Bool = { _ in true }
  ) throws -> Self {
    try format.check()
    var copy = self
    copy.visitWeights { name, weight in
      guard weight.canBeCompressed, isChosen(name) else { return }
      weight.compress(to: format, rounding: rounding, keepingMaster: keepingMaster)
    }
    return copy
  }

  /// The same with its weights in another format, rounded so that columns count as they are used.
  ///
  ///     let small = try model.compressing(to: .int4(), rounding: .leastSquares()) {
  ///       _ = try $0.forward(tokens, context: .inference)
  ///     }
  ///
  /// - Parameters:
  ///   - format: How weights are kept.
  ///   - rounding: How the scales of groups are chosen; only a search takes columns into account.
  ///   - isChosen: Which weights to round, by name; all where nothing is given.
  ///   - run: Runs some typical data through a copy, which watches what its weights are multiplied
  ///     by: the squared error of a column counts by its mean square.
  /// - Returns: A value with the same parameters, rounded.
  /// - Throws: What `run` and ``WeightFormat/check()`` throw.
  public func compressing(
    to format: WeightFormat, rounding: WeightRounding,
    where isChosen: (String) -> Bool = { _ in true },
    calibratedBy run: (Self) throws -> Void
  ) throws -> Self {
    try format.check()
    var watched = self
    var meters: [String: ColumnMeter] = [:]
    watched.visitWeights { name, weight in
      let meter = ColumnMeter(columnCount: weight.inputSize)
      (meters[name], weight.meter) = (meter, meter)
    }
    try run(watched)
    var copy = self
    copy.visitWeights { name, weight in
      guard weight.canBeCompressed, isChosen(name) else { return }
      weight.compress(
        to: format, rounding: rounding, columnWeights: meters[name]?.meanSquares)
    }
    return copy
  }

  /// What rounding this value's weights to those of another cost, tensor by tensor.
  ///
  ///     print(model.roundingReport(of: try model.compressing(to: .int4())))
  ///
  /// - Parameter compressed: The same value with weights in fewer bits; one with others traps.
  /// - Returns: An entry for each weight that is in fewer bits.
  public func roundingReport(of compressed: Self) -> WeightRoundingReport {
    var (copy, other) = (self, compressed)
    var weights: [String: WeightMatrix] = [:]
    copy.visitWeights { weights[$0] = $1 }
    var report = WeightRoundingReport()
    other.visitWeights { name, weight in
      guard let rounded = weight.compressed else { return }
      guard let original = weights[name] else {
        preconditionFailure("roundingReport: weight \(name) has no counterpart")
      }
      report.entries.append(.init(name: name, original: original.tensor, weights: rounded))
    }
    return report
  }

  /// Bytes of all weights that products are made with, as they are kept.
  public var weightByteCount: Int {
    var (copy, count) = (self, 0)
    copy.visitWeights { count += $1.byteCount }
    return count
  }
}
