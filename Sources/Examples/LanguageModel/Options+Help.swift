extension Options {
  /// What `--help` prints.
  package static let help = """
    Trains a small language model of bytes with the layers of MoE++, and a dense twin of as much
    computation beside it; shows which is better, and which expert took what kind of byte.

      swift run -c release language-model [options]

    Without options it trains on the text that comes with it, in a few minutes on two cores.

    Your own text
      --text FILE       train on a file of 1 KB to 100 MB, in UTF-8 or binary; its last tenth, 64 KB
                        at most, is kept to validate with

    The models
      --alone           train the mixture without its twin
      --dense           train the twin alone
      --balance X       weight of the loss that spreads bytes over the experts (default: 0.1);
                        with 0 routing collapses, which the report warns of
      --experts N       experts that compute in each block, 1 to 64 (default: 8); beside them stand
                        a zero, a copy and two constant experts, which cost next to nothing
      --hidden N        hidden units of each expert (default: 128); the twin gets as many as give it
                        at least the mixture's computation
      --blocks N        number of blocks, 1 to 24 (default: 3)
      --size N          numbers that stand for a byte, a multiple of 8 (default: 64)
      --context N       bytes that a byte sees at most, 2 to 1024 (default: 128)

    Training
      --steps N         number of updates (default: 2400)
      --batch N         pieces of text an update is made from, each as long as --context
                        (default: 8)
      --seed N          seed of the parameters and of the pieces of text (default: 1)
      --save FILE       save the trained model, the mixture where both are trained, as a safetensors
                        file

    Using it
      --prompt TEXT     write on behind a text; may be given several times
      --sample N        bytes to write behind each, 0 for none (default: 300)
      --temperature X   how boldly they are chosen, 0 for the likeliest always (default: 0.8)
      --report FILE     write a page of HTML about where the bytes of the validation went, to look at
                        in a browser: experts' loads, the text by expert, curves of the training
      --formats         measure it with its weights in fewer bits too: 16, 8 and 4
      --load FILE       use a saved model instead of training one: with --text to measure it on a
                        file, also with --report, with --prompt to write
      --help            print this text

    The same text, options and seed give the same model and samples, to the last bit.
    """
}
