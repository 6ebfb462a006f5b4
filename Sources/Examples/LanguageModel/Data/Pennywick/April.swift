/// The chronicle of April: the star of the café, the fox who wanted to fly, and seven fires.
extension EmbeddedText {
  /// What happened in April.
  static let april = #"""
    APRIL

    The lighthouse log, kept by Tobias Reed.
    1 April, 07:00. A note on the door: "Sea cancelled today." The writing looks
    like Finn's.
    2 April, 05:55. Wind south, force 3. The sea came in all the same.
    5 April, 16:10. First sails of the year: 6 small boats from Marrow Bay.
    9 April, 12:30. Painted the railing white. Captain walked along it. Grey
    railing.
    13 April, 20:20. Thunder in the west, 4 flashes, no rain.
    17 April, 06:15. The swallows have built under the lamp. 4 eggs. I polish on
    tiptoe.
    21 April, 15:00. The school came to visit: 26 children, 144 steps, 3 bleeding
    noses.
    25 April, 04:50. Lamp out at sunrise. It burned only 10 hours.
    30 April, 19:35. Marta Crumb came with a cake, "for the swallows". We ate it.
    They slept.

    The weather in April was the weather of April. On the 6th there was sun at 8,
    hail at 9, sun at 10, and a rainbow at 11 with one foot in the yard of the
    smithy. It rained on 15 days, but seldom for more than an hour. The warmest
    day was the 23rd, with 19 degrees. The apple trees came into flower on the
    26th, 4 days earlier than last year. Frost on the night of the 28th did little
    harm, since Oswin Barley sat up with them and kept 7 fires burning.

    How the café got its star

    Before Zoé Marchand came to Pennywick, the house by the bridge was empty. It
    had a hole in the roof, and through the hole you could see the sky. Nobody
    wanted it. The council offered it for €500, and later for €50, and at last for
    nothing at all.

    One evening in April, a long time ago, a young woman with a suitcase came over
    the bridge in the rain. She knocked at the first door, and it opened, since
    there was no lock, and she went in and sat down on her suitcase under the one
    dry beam. Then the rain stopped. She looked up through the hole in the roof,
    and there, in the very middle of it, stood a single star.

    "Bien," said the young woman. "I will stay."

    In the morning she borrowed a ladder from Bram Holt. She mended the roof with
    slates and with tar; but where the hole had been she put in a round window, no
    bigger than a plate. Then she painted the walls yellow, and hung a kettle over
    the fire, and wrote over the door with white paint: CAFÉ ÉTOILE.

    "What does it mean?" asked the people of Pennywick.

    "It means star," said Zoé.

    "And what does café mean?"

    "It means: come in, sit down, tell me."

    So they came in, and sat down, and told her. That was 20 years ago. The paint
    has been renewed 5 times and the kettle twice. And in April, if you sit at the
    small table in the corner, and if you look up at ten o'clock at night with an
    empty cup, you can still see the star. Zoé never charges for that table. She
    says that it was there before her.

    Onion soup, as Zoé makes it
    You need:
    6 onions
    40 g of butter
    1 spoon of flour
    1.5 litres of broth
    A glass of cider
    8 slices of old bread
    150 g of cheese
    Cut the onions into thin rings, and weep. Melt the butter, add the onions, and
    let them turn brown on a small fire for 40 minutes. Do not leave them; they
    notice. Stir in the flour, then the cider, then the broth, and let it all
    simmer for 20 minutes. Lay 2 slices of bread into each bowl, fill it up, strew
    the cheese over it, and put the bowls into a hot oven for 8 minutes. It serves
    4, or one blacksmith.

    Prices at the Café Étoile
    Coffee, small: €1.60
    Coffee, large: €2.80
    Tea, a pot: €2.50
    Chocolate with cream: €3.10
    Onion soup: €5.40
    Bread and butter: €1.20
    Pancake with honey: €3.80
    Sitting and looking at the river: free

    From the counting book of Marta Crumb
    Fires in the orchard: 7. Rolls brought to them: 60. Rolls brought back: 0.
    Blossoms on the first branch of the first tree: 212. Then a bee looked at me,
    and I stopped.
    Weather changes on the 6th, before noon: 8.
    Jokes on the 1st, by Finn: 5. Jokes that were good: 1. Salt in the sugar bowl:
    1 spoon.
    Aprons lost: 1. Aprons found, washed, and with paw marks: 1.

    A letter from the harbour master of Bergen to Hazel Crumb

    Bergen, 6 April

    Dear Miss Crumb,

    Your letter arrived safely, and so did the roll. It was no longer fresh, but I
    have good teeth.

    It is all true. The houses are red, yellow and white. Last year it rained on
    239 days, so Captain Sørensen told you one day too many; I will speak to him.
    The fish market is 210 paces long. I measured it this morning, and 3 fishwives
    asked me whether I had lost something.

    I have drawn you 1 house, as you wished. The person in the window is my wife.
    She is not really green.

    As to the trolls: none are registered.

    With respect,
    Halvor Lund, harbour master

    The fox who wanted to fly

    The wild geese came back in April. They flew over the wood in a long line, and
    Russet the fox lay on his back and looked at them, and for the first time in
    his life he did not think of eating.

    "How do they do it?" he asked.

    "With wings," said the crow. "You have none."

    "What are wings, after all?" said the fox. "A kind of arm, with a kind of
    hair. I have both." And he went up the hill behind the mill, where the wind
    was strong, and ran down as fast as he could, and jumped.

    He fell into a gorse bush.

    He tried it with two burdock leaves tied to his paws. He fell into the mill
    pond. He tried it with the big apron of Marta Crumb, which he had borrowed
    from the washing line. For the space of three heartbeats the wind took hold of
    the apron, and the fox hung in the air over the meadow of Pennywick, with his
    tail straight out, and saw the river, and the red roofs, and the tower, and
    the sea behind everything, so wide and so bright that he forgot to be afraid.

    Then he fell into Mr. Quill's rhubarb.

    "Well?" said the crow, when she had found him. "Are you cured?"

    "I have flown," said the fox.

    "You have fallen, rather slowly."

    "From up there it looked the same," said the fox; and he washed the apron in
    the river, and hung it back upon the line, with all its pegs.

    At the mill, Wednesday

    "Father, why does the wheel turn?"
    "Because the river pushes it."
    "And why does the river run?"
    "Because the hills are high, and the sea is low."
    "And why is the sea low?"
    "Because that is where all the water wants to be, Finn."
    "And who brings it back up into the hills?"
    "The clouds."
    "So the clouds turn our wheel."
    "In a manner of speaking."
    "Then we ought to pay them, father."
    "We do, my boy. Whenever they come, I get wet."

    How to wash a woollen blanket
    Choose a day with wind. Fill the tub with lukewarm water, and never hotter.
    Dissolve a cup of soap in it. Lay the blanket in and press it down with your
    hands, or with your feet, if they are clean. Do not rub and do not wring.
    Rinse it 3 times. Two people take it at the ends and fold it, and press out
    the water. Hang it over 2 lines. By four o'clock it will be dry, and by five
    the cat will be on it.

    A question from the smallest
    "Mr. Quill, may I keep a rainbow?"
    "You may keep it as long as it stays."
    "And if I put a bucket over the end of it?"
    "Try it," said Mr. Quill. She ran across the meadow with her bucket, and the
    rainbow went back a little with each of her steps, as they do.
    "I nearly had it," she said, out of breath. "There is a bit of red on the
    rim."
    It was rust, but he did not say so.

    Riddles of Old Nell
    What runs round the whole garden and never moves? The fence.
    I am not alive, but I grow; I have no lungs, but I need air; I have no mouth,
    but water kills me. What am I? Fire.
    What belongs to you, but is used more by others? Your name.
    I have a neck but no head. What am I? A bottle.
    Twenty white horses on a red hill: they stamp, they champ, and then they stand
    still. What are they? Your teeth.

    The apple trees and the seven fires

    On the evening of the 28th of April the sky was so clear that the miller was
    afraid. "There will be frost," he said, "and the trees are in flower."

    He had 30 apple trees, and his grandfather had planted them. He heaped up
    straw and wet leaves in 7 places, and when the stars came out he lit them. The
    smoke crept between the trees like a grey blanket. The miller went from fire
    to fire with a fork, and put on straw here, and leaves there, and he coughed.

    At eleven Finn came out in his coat. At midnight came Bram Holt, who had seen
    the smoke and thought that the mill was burning. He stayed, for nobody in the
    village knew more about fires. At one came Marta Crumb, who gets up at that
    hour in any case, with hot rolls in a cloth. At two came Mr. Quill, and told
    them that the star over the chimney was no star at all but a planet.

    At three o'clock it was coldest. There was ice on the bucket. Nobody spoke.
    They walked from fire to fire, and their faces were black, and the flowers
    over their heads were white and pink and very still.

    At five a bird began to sing. Then the light came over the hill, and Oswin
    Barley reached up and touched a blossom. It was wet and soft.

    In September, when you read of apples in this chronicle, remember the fires.

    Things that Mr. Quill wrote on the board in April
    A rainbow has 7 colours: red, orange, yellow, green, blue, indigo, violet.
    Thunder comes after lightning, since sound is slower than light. Count the
    seconds and divide by 3: that is how many kilometres away it is.
    A swallow weighs 20 grams, as much as 4 sheets of paper.
    Apple blossom can bear 2 degrees of frost, but not 4.
    What we call a star may be a planet. Look whether it twinkles.

    A rhyme for April
    April, April, what will you do?
    Rain for the onions and sun for the shoe,
    Hail for the hatter and wind for the kite,
    Frost for the miller at three in the night,
    Buds for the apple and eggs for the nest:
    April does all things, and May does the rest.

    The council met on 29 April at 19:00. Present: Marta Crumb, Zoé Marchand, Bram
    Holt, Mr. Quill, and Oswin Barley, who slept. A new rope for the school bell
    costs €14.00; this was granted. Somebody had complained of a flying animal
    above the meadow; nobody else had seen it, and the matter was dropped. The
    boat of the ferryman has had its first coat of paint. The colour is called
    "sea" in the bill, and "what is that?" in the village. Closed at 20:30,
    quietly, so as not to wake the miller.
    """#
}
