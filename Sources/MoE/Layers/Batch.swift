/// The tokens of a batch, beside their vectors: positions, ids, padding, sequences.
///
/// Padding never matters: a layer takes it out before anything else, so that no part of it sees
/// padding, and gives zeros in its place.
public struct Batch: Sendable, Hashable, Codable {
  /// The position id of each token, which its noise depends on.
  ///
  /// Where there are none it is the token's index among those that are not padding. Give them where
  /// one token is to be routed alike alone and among others.
  public var positions: [Int]? {
    get { parts?.positions }
    set { change { $0.positions = newValue } }
  }
  /// The vocabulary id of each token, for hash routing.
  public var tokenIDs: [Int]? {
    get { parts?.tokenIDs }
    set { change { $0.tokenIDs = newValue } }
  }
  /// Which tokens are padding.
  public var padding: [Bool]? {
    get { parts?.padding }
    set { change { $0.padding = newValue } }
  }
  /// How long each sequence is, padding included, where the batch is made of several, one after
  /// another.
  public var sequenceLengths: [Int]? {
    get { parts?.sequenceLengths }
    set { change { $0.sequenceLengths = newValue } }
  }
  /// Where each token stood before padding was taken out; in place where there is nothing.
  var places: [Int]? {
    get { parts?.places }
    set { change { $0.places = newValue } }
  }

  /// All that is known, in one place: a batch is copied many times on its way through a layer, and
  /// of most nothing is known.
  private var known: Boxed<Parts>?

  private struct Parts: Sendable, Hashable, Codable {
    var positions: [Int]?
    var tokenIDs: [Int]?
    var padding: [Bool]?
    var sequenceLengths: [Int]?
    var places: [Int]?
  }

  private var parts: Parts? { known?.value }

  private mutating func change(_ change: (inout Parts) -> Void) {
    var parts = parts ?? Parts()
    change(&parts)
    known = parts == Parts() ? nil : Boxed(parts)
  }

  /// A batch of which the given is known.
  ///
  /// - Parameters:
  ///   - positions: The position id of each token.
  ///   - tokenIDs: The vocabulary id of each token.
  ///   - padding: Which tokens are padding.
  ///   - sequenceLengths: How long each sequence is.
  public init(
    positions: [Int]? = nil, tokenIDs: [Int]? = nil, padding: [Bool]? = nil,
    sequenceLengths: [Int]? = nil
  ) {
    let parts = Parts(
      positions: positions, tokenIDs: tokenIDs, padding: padding, sequenceLengths: sequenceLengths)
    known = parts == Parts() ? nil : Boxed(parts)
  }

  /// The position id of a token: the given one, or its index.
  ///
  /// - Parameter token: The index of the token in a batch without padding.
  /// - Returns: The number that its noise depends on.
  public func position(of token: Int) -> Int { positions?[token] ?? token }

  /// The number that the noise of each row depends on: the given position id, or the row's index
  /// among those that are no padding.
  ///
  /// - Parameter rowCount: The number of rows; position ids of another number trap.
  /// - Returns: One number a row; that of padding does not matter.
  package func noisePositions(rowCount: Int) -> [Int] {
    if let positions {
      require(
        positions.count == rowCount,
        "Batch: \(positions.count) position ids against \(rowCount) rows")
      return positions
    }
    var next = 0
    return (0..<rowCount).map { row in
      defer { if !isPadding(row) { next += 1 } }
      return next
    }
  }

  /// Whether a token is padding.
  ///
  /// - Parameter token: The index of the token in the batch.
  /// - Returns: False where no padding was given.
  public func isPadding(_ token: Int) -> Bool { padding?[token] ?? false }

  /// How many tokens are not padding.
  ///
  /// - Parameter tokenCount: The number of tokens in the batch.
  /// - Returns: At most that number.
  public func validCount(of tokenCount: Int) -> Int {
    padding.map { $0.reduce(0) { $1 ? $0 : $0 + 1 } } ?? tokenCount
  }

  /// Where a token stood in the batch before padding was taken out.
  ///
  /// - Parameter token: The index of the token now.
  /// - Returns: Its index then.
  public func place(of token: Int) -> Int { places?[token] ?? token }

  /// The tokens that are no padding, where there is any; nothing where all tokens are valid.
  public var validTokens: [Int]? {
    guard let padding, padding.contains(true) else { return nil }
    return padding.indices.filter { !padding[$0] }
  }

  /// The same of some tokens alone, as where padding is taken out; none of them is padding.
  ///
  /// Each keeps its position id, where there are such, its token id, and the place that it stood
  /// at.
  ///
  /// - Parameter tokens: The indices of the tokens, in ascending order where there are sequences.
  /// - Returns: A batch of as many tokens.
  public func picking(_ tokens: [Int]) -> Batch {
    var batch = Batch(
      positions: positions.map { all in tokens.map { all[$0] } },
      tokenIDs: tokenIDs.map { all in tokens.map { all[$0] } },
      sequenceLengths: sequenceLengths.map { lengths in
        var (left, start) = (tokens[...], 0)
        return lengths.map { length in
          start += length
          let count = left.prefix { $0 < start }.count
          left = left.dropFirst(count)
          return count
        }
      })
    batch.places = tokens.map(place(of:))
    return batch
  }

  /// Throws where something was given for another number of tokens.
  ///
  /// - Parameter tokenCount: The number of tokens in the batch.
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  package func check(tokenCount: Int) throws {
    guard known != nil else { return }
    for (name, count) in [
      ("position ids", positions?.count), ("token ids", tokenIDs?.count),
      ("padding mask", padding?.count),
    ] {
      guard count == nil || count == tokenCount else {
        throw MoEError.configuration(
          "number of \(name)", value: "\(count ?? 0)", expected: "\(tokenCount), one a token")
      }
    }
    guard let sequenceLengths else { return }
    for length in sequenceLengths where length < 0 || length > tokenCount {
      throw MoEError.configuration(
        "length of a sequence", value: "\(length)", expected: "0 to \(tokenCount), the tokens")
    }
    guard sequenceLengths.reduce(0, +) == tokenCount else {
      throw MoEError.configuration(
        "lengths of sequences", value: "\(sequenceLengths)", expected: "\(tokenCount) tokens in all"
      )
    }
  }
}

// MARK: - Writing and reading

extension Batch {
  /// Writes what is known.
  public func encode(to encoder: any Encoder) throws {
    try (parts ?? Parts()).encode(to: encoder)
  }

  /// Reads what is known; whether it fits the tokens is said where it meets them.
  public init(from decoder: any Decoder) throws {
    let parts = try Parts(from: decoder)
    known = parts == Parts() ? nil : Boxed(parts)
  }
}

extension Batch: CustomStringConvertible {
  /// What is known, in words.
  public var description: String {
    let known: [(String, String?)] = [
      ("positions", positions.map { "\($0)" }), ("token ids", tokenIDs.map { "\($0)" }),
      ("padding", padding.map { "\($0.count { $0 }) of \($0.count) tokens" }),
      ("sequences", sequenceLengths.map { "\($0)" }),
    ]
    let words = known.compactMap { name, value in value.map { "\(name) \($0)" } }
    return "Batch(\(words.isEmpty ? "nothing known" : words.joined(separator: ", ")))"
  }
}
