package import MoE

/// A decoder of bytes: what it was made like, and its parameters.
///
///     bytes → embedding → blocks of attention and a feed-forward network → logits of the next byte
package struct ByteModel: Sendable {
  /// What stands in the feed-forward place of every block.
  package enum Kind: String, CaseIterable, Sendable {
    /// A mixture with experts that compute, and ones that do not.
    case moePlusPlus = "moe++"
    /// One network that every byte goes through.
    case dense
  }

  /// What a model is made like.
  package struct Settings: Sendable, Equatable {
    /// What stands in the feed-forward place of every block.
    package var kind = Kind.moePlusPlus
    /// The size of a byte's vector.
    package var size = 64
    /// The number of blocks.
    package var blockCount = 3
    /// The number of experts that compute.
    package var expertCount = 8
    /// The hidden units of each of them.
    package var hiddenSize = 128
    /// How many bytes a byte sees at most, itself included.
    package var contextLength = 128
    /// The weight β of the balancing loss.
    package var balanceWeight: Float = 0.1

    /// The settings of the default run.
    package init() {}
  }

  /// What it was made like.
  package let settings: Settings
  /// The parameters.
  package var decoder: MixtureDecoder

  /// A model with random parameters.
  ///
  /// - Throws: `MoEError` where the settings do not fit together.
  package init(_ settings: Settings, seed: UInt64) throws {
    self.settings = settings
    var generator = SeededGenerator(seed: seed)
    decoder = try MixtureDecoder(settings.configuration, seed: seed, using: &generator)
  }
}

// MARK: - The plan

extension ByteModel.Settings {
  /// The heads of each block's attention.
  static let headCount = 4
  /// What the size has to be a multiple of: the scalars of each head are rotated in pairs.
  static let sizeStep = 2 * headCount
  /// How many experts each byte goes to.
  static let expertsPerByte = 2
  /// The experts that compute nothing: one zero, one copy and two constant experts.
  static let freeExpertCount = 4
  /// The part τ of a computing expert in loss and capacity in relation to another, as in the paper.
  static let tau = 0.75

  /// The plan of the decoder.
  var configuration: DecoderConfiguration {
    DecoderConfiguration(
      vocabularySize: 256,
      stack: StackConfiguration(
        size: size, blockCount: blockCount,
        // Places that training did not see are out of the window, however long a text becomes.
        attention: .heads(
          ByteModel.Settings.headCount, window: contextLength, rotary: RotaryPositions()),
        dense: .gatedFeedForward(hiddenSize: hiddenSize),
        mixture: .moePlusPlus(
          computingExperts: expertCount, hiddenSize: hiddenSize,
          expertsPerToken: ByteModel.Settings.expertsPerByte, tau: ByteModel.Settings.tau,
          coefficient: balanceWeight),
        pattern: kind == .dense ? .none : .all))
  }

  /// How many experts of all kinds a block has.
  var allExpertCount: Int { kind == .dense ? 0 : expertCount + ByteModel.Settings.freeExpertCount }

  /// The settings of a dense model with as much computation.
  ///
  /// By the loss, τ·N/(τ·N + 4) of the routes compute in a mixture of N experts that do. Without a
  /// capacity, as in use, it is a few hundredths more: the twin gets a tenth more, and the router's
  /// computation on top, so that it has more rather than less than the mixture.
  package var denseTwin: ByteModel.Settings {
    let computing = ByteModel.Settings.tau * Double(expertCount)
    let share = computing / (computing + Double(ByteModel.Settings.freeExpertCount)) + 0.1
    let experts = Double(ByteModel.Settings.expertsPerByte * hiddenSize) * min(1, share)
    let router =
      Double(allExpertCount * (size + allExpertCount))
      / Double(size * ByteModel.Settings.mapsOfAnExpert)
    var twin = self
    twin.kind = .dense
    twin.hiddenSize = (Int((experts + router).rounded(.up)) + 7) / 8 * 8
    return twin
  }

  /// A gated network has three maps: gate, up and down.
  static let mapsOfAnExpert = 3

  /// What the experts of a block are called, in their order.
  package var expertNames: [String] {
    guard kind == .moePlusPlus else { return [] }
    return (1...expertCount).map { "expert \($0)" } + ["zero", "copy", "constant 1", "constant 2"]
  }

  /// A few words about the model.
  package var summary: String {
    let blocks = "\(blockCount) \(blockCount == 1 ? "block" : "blocks") of \(size) numbers a byte"
    switch kind {
    case .dense: return "dense, \(blocks), \(hiddenSize) hidden units"
    case .moePlusPlus:
      let experts = expertCount == 1 ? "1 expert" : "\(expertCount) experts"
      return "MoE++, \(blocks), \(experts) of \(hiddenSize) hidden units"
    }
  }

  /// How many products of two numbers the feed-forward places take for a byte, routers included.
  ///
  /// - Parameter computingExperts: How many experts that compute took a byte on average, for each
  ///   block.
  /// - Returns: The sum over all blocks.
  package func products(computingExperts: [Double]) -> Double {
    let expert = Double(ByteModel.Settings.mapsOfAnExpert * size * hiddenSize)
    guard kind == .moePlusPlus else { return Double(blockCount) * expert }
    return computingExperts.enumerated().reduce(0) { sum, block in
      // The first gate reads no logits before its own.
      let router = allExpertCount * (size + (block.offset > 0 ? allExpertCount : 0))
      return sum + expert * block.element + Double(router)
    }
  }
}
