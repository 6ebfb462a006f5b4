import LanguageModel
import MoE
import Testing

@Suite("Language model: training, measuring and writing")
struct LanguageModelTests {
  /// A model after a few updates.
  private func trained(_ kind: ByteModel.Kind = .moePlusPlus, steps: Int = 40) throws -> ByteModel {
    var model = try TinyModel.model(kind)
    var settings = ByteModelTrainer.Settings()
    (settings.stepCount, settings.batchSize, settings.learningRate) = (steps, 4, 2e-2)
    try ByteModelTrainer(settings).train(&model, on: TinyModel.text()[...])
    return model
  }

  @Test("Both kinds learn, the same bits every time", arguments: ByteModel.Kind.allCases)
  func learns(kind: ByteModel.Kind) throws {
    let text = TinyModel.text(300)[...]
    let before = try Validation(of: TinyModel.model(kind), on: text)
    let (first, second) = (try trained(kind), try trained(kind))
    let after = try Validation(of: first, on: text)
    #expect(before.loss > 5 && after.loss < 3, "\(before.loss) to \(after.loss)")
    for (left, right) in zip(first.decoder.namedParameters, second.decoder.namedParameters) {
      #expect(left.parameter.bits == right.parameter.bits, "\(left.name)")
    }
  }

  @Test("Every byte but the last is asked for once, and every route is counted")
  func validation() throws {
    let text = TinyModel.text(203)
    let model = try trained(steps: 3)
    let validation = try Validation(of: model, on: text[...])
    #expect(validation.byteCount == 202)
    #expect(validation.byteCounts.values.reduce(0, +) == 202)
    #expect(validation.routes.count == 2)
    for block in 0..<2 {
      let routes = validation.routes[block].values.joined().reduce(0, +)
      #expect(routes == 2 * 202)
      let shares = try #require(validation.shares(block: block))
      #expect((shares.reduce(0, +) - 1).magnitude < 1e-12 && shares.count == 6)
      let free = try #require(validation.freeShare(block: block))
      #expect((free - shares[2...].reduce(0, +)).magnitude < 1e-12)
      #expect((validation.computingExperts[block] - 2 * (1 - free)).magnitude < 1e-12)
      #expect(validation.shares(block: block, of: .digit) != nil)
    }
    // Pieces are read as if each stood alone, however many are read at once.
    var sum = 0.0
    for start in stride(from: 0, to: 202, by: 8) {
      let piece = text[start..<min(start + 9, 203)].map(Int.init)
      let logits = try model.decoder(Array(piece.dropLast()))
      sum +=
        Double(try CrossEntropy()(logits, labels: Array(piece.dropFirst())).value)
        * Double(piece.count - 1)
    }
    #expect((validation.loss - sum / 202).magnitude < 1e-6)
    let dense = try Validation(of: TinyModel.model(.dense), on: text[...])
    #expect(dense.routes.isEmpty && dense.computingExperts.isEmpty)
  }

  @Test("The twin has no less computation than a mixture whose routes are spread by its loss")
  func twin() throws {
    for experts in [1, 2, 8, 64] {
      for hidden in [1, 16, 128] {
        var settings = ByteModel.Settings()
        (settings.expertCount, settings.hiddenSize) = (experts, hidden)
        let twin = settings.denseTwin
        #expect(twin.kind == .dense && twin.denseTwin.kind == .dense)
        let computing = 0.75 * Double(experts)
        let balanced = 2 * min(1, computing / (computing + 4))
        let products = settings.products(
          computingExperts: Array(repeating: balanced, count: settings.blockCount))
        #expect(twin.products(computingExperts: []) >= products, "\(experts) of \(hidden)")
      }
    }
    // By hand: three blocks of one network, and of routers of 12 experts beside 1.5 experts.
    let settings = ByteModel.Settings()
    #expect(settings.denseTwin.hiddenSize == 184)
    let (network, expert, routers) = (3 * 64 * 184, 3 * 64 * 128, 3 * 12 * 64 + 2 * 144)
    #expect(settings.denseTwin.products(computingExperts: []) == Double(3 * network))
    let products = settings.products(computingExperts: [1.5, 1.5, 1.5])
    #expect(products == 4.5 * Double(expert) + Double(routers))
  }

  @Test("Writing piece by piece gives what the whole text at once does")
  func writing() throws {
    let model = try trained()
    let prompt = Array("One fi".utf8)
    var sampler = Sampler(temperature: 0, seed: 1)
    let written = try sampler.continuation(of: prompt, count: 20, by: model)
    var all = prompt
    for byte in written {
      let logits = try model.decoder(all.map(Int.init))
      #expect(Int(byte) == logits.rowArgmax().last)
      all.append(byte)
    }
    #expect(String(decoding: written, as: UTF8.self).hasPrefix("sh"))
    #expect(try sampler.continuation(of: [], count: 0, by: model).isEmpty)
    #expect(try sampler.continuation(of: [], count: 3, by: model).count == 3)
  }

  @Test("Choices depend on the seed, and are as frequent as the model says")
  func choices() throws {
    let model = try TinyModel.model(.dense)
    func written(_ seed: UInt64) throws -> [UInt8] {
      var sampler = Sampler(temperature: 1, seed: seed)
      return try sampler.continuation(of: [65], count: 30, by: model)
    }
    #expect(try written(1) == written(1))
    #expect(try written(1) != written(2))
    // A byte that is as likely as all others together stands first in half of the texts; of 400,
    // five standard deviations are 50.
    var sure = model
    sure.decoder.head?.weight = Tensor(zeros: [256, 8])
    sure.decoder.norm = nil
    let row = try sure.decoder.stack(sure.decoder.embedding.forward([65]))
    var weight = Tensor(zeros: [256, 8])
    let norm = row.squaredNorm()
    for column in 0..<8 { weight[7, column] = row[0, column] * Float(5.541263 / norm) }
    sure.decoder.head?.weight = weight
    let count = try (0..<400).count {
      var sampler = Sampler(temperature: 1, seed: UInt64($0))
      return try sampler.continuation(of: [65], count: 1, by: sure) == [7]
    }
    #expect((150...250).contains(count), "\(count) of 400")
  }
}
