/// The experts of a file that are in memory, the least recently used of which make room for others.
final class ExpertCache: Sendable {
  private let byteLimit: Int
  private let read: @Sendable (Int) throws -> any ExpertGroup
  private let state = Locked(State())

  private struct State {
    var entries: [Int: Entry] = [:]
    var byteCount = 0
    var clock = 0
    var hits = 0
    var misses = 0

    /// Gives up the least recently used experts until there is room for so many bytes.
    mutating func makeRoom(for size: Int, within limit: Int) {
      while byteCount + size > limit,
        let oldest = entries.min(by: { ($0.value.lastUse, $0.key) < ($1.value.lastUse, $1.key) })
      {
        byteCount -= oldest.value.byteCount
        entries[oldest.key] = nil
      }
    }
  }

  private struct Entry {
    let expert: any ExpertGroup
    let byteCount: Int
    var lastUse: Int
  }

  init(byteLimit: Int, read: @escaping @Sendable (Int) throws -> any ExpertGroup) {
    self.byteLimit = byteLimit
    self.read = read
  }

  var residency: StoredExperts.Residency {
    state.withLock {
      StoredExperts.Residency(
        expertCount: $0.entries.count, byteCount: $0.byteCount, byteLimit: byteLimit,
        hits: $0.hits, misses: $0.misses)
    }
  }

  /// Those of some experts that are in memory.
  func resident(of numbers: [Int]) -> Set<Int> {
    state.withLock { state in Set(numbers.filter { state.entries[$0] != nil }) }
  }

  /// An expert: the one in memory, or one that is read.
  ///
  /// Reading is not under the lock, so that others go on; where two read the same, one is dropped.
  func expert(_ number: Int) throws -> any ExpertGroup {
    let found = state.withLock { state -> (any ExpertGroup)? in
      state.clock += 1
      guard var entry = state.entries[number] else {
        state.misses += 1
        return nil
      }
      state.hits += 1
      entry.lastUse = state.clock
      state.entries[number] = entry
      return entry.expert
    }
    if let found { return found }
    var expert = try read(number)
    let byteCount = ExpertCache.byteCount(of: expert)
    // One that could not be kept is used once, for which packing does not pay.
    guard byteCount <= byteLimit else { return expert }
    // Room is made before memory is taken.
    state.withLock { $0.makeRoom(for: byteCount, within: byteLimit) }
    expert.packWeights()
    let packed = expert
    state.withLock { state in
      guard state.entries[number] == nil else { return }
      state.makeRoom(for: byteCount, within: byteLimit)
      state.entries[number] = Entry(
        expert: packed, byteCount: byteCount, lastUse: state.clock)
      state.byteCount += byteCount
    }
    return packed
  }

  /// The bytes of an expert in memory: its numbers, and about as many packed; numbers in fewer bits
  /// are packed as they are.
  private static func byteCount(of expert: any ExpertGroup) -> Int {
    var (copy, bytes, isKept) = (expert, 0, false)
    copy.visitWeights {
      let isCompressed = $1.format != .float32
      bytes += (isCompressed ? 1 : 2) * $1.byteCount
      isKept = isKept || isCompressed
    }
    // To visit parameters in fewer bits would decompress them; beside them biases are few.
    return isKept ? bytes : 2 * MemoryLayout<Float>.stride * expert.parameterCount
  }
}
