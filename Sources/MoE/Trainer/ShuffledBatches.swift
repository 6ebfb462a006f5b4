/// The rows of each batch of a training, in an order that is drawn anew for each epoch.
///
///     let batches = ShuffledBatches(count: 5, batchSize: 2, epochCount: 1, seed: 3)
///     print(batches.map(\.count))  // [2, 2, 1]
///
/// Each epoch has each row once; its last batch may be smaller. The order is a function of seed and
/// epoch alone, so that a training that is resumed meets the batches that it would have met.
public struct ShuffledBatches: Sequence, Sendable, Hashable, Codable {
  /// The number of rows.
  public let count: Int
  /// The number of rows of a batch.
  public let batchSize: Int
  /// The number of epochs; without an end where nothing is given.
  public let epochCount: Int?
  /// What the orders depend on.
  public let seed: UInt64

  /// Batches of so many rows.
  ///
  /// - Parameters:
  ///   - count: The number of rows, at least 0; others trap. Of none there is no batch.
  ///   - batchSize: The number of rows of a batch, at least 1; others trap.
  ///   - epochCount: The number of epochs; without an end unless given.
  ///   - seed: What the orders depend on.
  public init(count: Int, batchSize: Int, epochCount: Int? = nil, seed: UInt64) {
    require(
      count >= 0 && batchSize >= 1,
      "ShuffledBatches: count \(count) and batchSize \(batchSize), expected at least 0 and 1")
    self.count = count
    self.batchSize = batchSize
    self.epochCount = epochCount
    self.seed = seed
  }

  /// Batches from a file.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for numbers that cannot work.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let count = try values.decode(Int.self, forKey: .count)
    let batchSize = try values.decode(Int.self, forKey: .batchSize)
    for (name, number, least) in [("rows", count, 0), ("rows of a batch", batchSize, 1)]
    where number < least {
      throw MoEError.configuration(
        "number of \(name)", value: "\(number)", expected: "at least \(least)")
    }
    self.init(
      count: count, batchSize: batchSize,
      epochCount: try values.decodeIfPresent(Int.self, forKey: .epochCount),
      seed: try values.decode(UInt64.self, forKey: .seed))
  }

  /// The number of batches of an epoch.
  public var batchesPerEpoch: Int { count / batchSize + (count % batchSize == 0 ? 0 : 1) }

  /// The order of the rows in an epoch.
  ///
  /// - Parameter epoch: The number of the epoch, from 0.
  /// - Returns: Each row once.
  public func order(ofEpoch epoch: Int) -> [Int] {
    // Places of the generator that are further apart than an epoch has rows.
    var generator = SeededGenerator(seed: seed, position: UInt64(epoch) << 32)
    return generator.permutation(of: count)
  }

  /// The batches from the first epoch on.
  public func makeIterator() -> Iterator { Iterator(batches: self) }

  /// Goes through the batches, one epoch after another.
  public struct Iterator: IteratorProtocol, Sendable {
    fileprivate let batches: ShuffledBatches
    private var order: [Int] = []
    private var start = 0
    private var epoch = 0

    fileprivate init(batches: ShuffledBatches) { self.batches = batches }

    /// The rows of the next batch; nothing after the last epoch.
    public mutating func next() -> [Int]? {
      if start >= order.count {
        guard batches.count > 0, epoch < batches.epochCount ?? .max else { return nil }
        order = batches.order(ofEpoch: epoch)
        (start, epoch) = (0, epoch + 1)
      }
      let end = Swift.min(start + batches.batchSize, order.count)
      defer { start = end }
      return Array(order[start..<end])
    }
  }
}
