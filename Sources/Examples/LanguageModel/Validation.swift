package import MoE

/// What a model made of a text that it was not trained on.
package struct Validation: Sendable {
  /// The mean of −ln p over the bytes, with p the probability that the model gave each.
  package let loss: Double
  /// The number of bytes that it was asked for.
  package let byteCount: Int
  /// How many routes each expert of each block took, by the kind of the byte: block, kind, expert.
  package let routes: [[ByteKind: [Int]]]
  /// How many bytes of each kind were read.
  package let byteCounts: [ByteKind: Int]
  /// For each block, whether each expert computes.
  package let computes: [[Bool]]

  /// Reads a text in pieces as long as those of the training.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - bytes: The text, of two bytes or more.
  ///   - visit: Called with the bytes of each batch, their kinds and where they went.
  /// - Throws: What the decoder or the visit throws.
  package init(
    of model: ByteModel, on bytes: ArraySlice<UInt8>,
    visit: ([Int], [ByteKind], [Routing]) throws -> Void = { _, _, _ in }
  ) throws {
    var model = model
    model.decoder.packWeights()
    let kinds = ByteKind.kinds(of: bytes)
    let length = model.settings.contextLength
    let starts = Array(stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: length))
    var (sum, count) = (0.0, 0)
    var routes = [[ByteKind: [Int]]](repeating: [:], count: model.settings.mixtureCount)
    var computes = [[Bool]](repeating: [], count: routes.count)
    var byteCounts: [ByteKind: Int] = [:]
    for first in stride(from: 0, to: starts.count, by: Validation.batchSize) {
      let batch = starts[first..<min(first + Validation.batchSize, starts.count)]
      let windows = Windows(at: Array(batch), length: length, in: bytes)
      let pass = try model.decoder.forward(
        windows.ids,
        context: LayerContext(.inference, batch: Batch(sequenceLengths: windows.lengths)))
      let loss = try CrossEntropy()(pass.logits, labels: windows.following)
      sum += Double(loss.value) * Double(windows.ids.count)
      // Pieces stand side by side, and all but the last are full.
      let offset = (batch.first ?? bytes.startIndex) - bytes.startIndex
      for token in windows.ids.indices { byteCounts[kinds[offset + token], default: 0] += 1 }
      for (block, mixture) in pass.mixtures.enumerated() {
        let routing = mixture.routing
        computes[block] = routing.expertTraits.map(\.isComputing)
        for token in windows.ids.indices {
          for expert in routing.experts(of: token) {
            routes[block][
              kinds[offset + token], default: Array(repeating: 0, count: routing.expertCount)
            ][expert] += 1
          }
        }
      }
      count += windows.ids.count
      try visit(
        windows.ids, Array(kinds[offset..<offset + windows.ids.count]),
        pass.mixtures.map(\.routing))
    }
    self.loss = sum / Double(count)
    byteCount = count
    self.routes = routes
    self.byteCounts = byteCounts
    self.computes = computes
  }

  /// How many pieces are read at once.
  private static let batchSize = 16

  /// The loss as bits a byte.
  package var bits: Double { loss / 0.6931471805599453 }

  /// The share of a kind's routes in a block that each expert took; nothing where there were none.
  package func shares(block: Int, of kind: ByteKind? = nil) -> [Double]? {
    let counts = counts(block, kind)
    let total = counts.reduce(0, +)
    return total > 0 ? counts.map { Double($0) / Double(total) } : nil
  }

  /// The share of a kind's routes in a block that went to experts that compute nothing.
  package func freeShare(block: Int, of kind: ByteKind? = nil) -> Double? {
    shares(block: block, of: kind).map { shares in
      zip(shares, computes[block]).reduce(0) { $1.1 ? $0 : $0 + $1.0 }
    }
  }

  /// How many experts that compute took a byte on average, for each block.
  package var computingExperts: [Double] {
    routes.indices.map { block in
      let counts = counts(block, nil)
      let computed = zip(counts, computes[block]).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
      return Double(computed) / Double(byteCount)
    }
  }

  private func counts(_ block: Int, _ kind: ByteKind?) -> [Int] {
    if let kind { return routes[block][kind] ?? [] }
    return routes[block].values.reduce(into: Array(repeating: 0, count: computes[block].count)) {
      for (expert, count) in $1.enumerated() { $0[expert] += count }
    }
  }
}

extension ByteModel.Settings {
  /// How many of the blocks have a mixture.
  var mixtureCount: Int { kind == .dense ? 0 : blockCount }
}
