/// Short reviews and opinions, each labelled with its sentiment.
extension EmbeddedData {
  /// Reviews of food, films, hotels, goods, services, books and trips, one `label<TAB>text` a line.
  ///
  /// The lines are grouped by label: `positive`, `negative`.
  static let sentiment = """
    positive\tThe soup was wonderful and the staff could not have been more friendly.
    positive\tI loved every minute of this film, and my children loved it too.
    positive\tA brilliant little hotel with spotless rooms and a delicious breakfast.
    positive\tThese headphones sound fantastic and feel so comfortable that I forget I am wearing them.
    positive\tOur guide was charming, patient and wonderfully funny; I highly recommend the walk.
    positive\tWhat a delightful novel, I could not put it down and was happy for days.
    positive\tExcellent value, quick delivery and a lovely handwritten note in the parcel.
    positive\tThe best pizza I have eaten in years, and the waiter was so kind to us.
    positive\tMy grandmother adores her new kettle, it is beautiful and very easy to use.
    positive\tSuperb acting, gorgeous photography and a truly moving ending.
    positive\tWe felt welcome from the moment we arrived and enjoyed a perfect week.
    positive\tReally pleased with this jacket, it is warm, light and fits me perfectly.
    positive\tThe dentist was gentle and reassuring, and I left with a smile.
    positive\tAbsolutely delicious cakes, and the coffee is excellent as well.
    positive\tI am delighted with the repair: my old bicycle rides like a dream again.
    positive\tA warm, generous and hilarious play that had the whole audience cheering.
    positive\tGreat camera for the money, the pictures are sharp and the battery lasts wonderfully long.
    positive\tWe loved the quiet garden, the comfortable beds and the amazing view.
    positive\tThank you to the kind nurse who made my stay so pleasant.
    positive\tThis is my favourite bakery, everything tastes fresh and wonderful.
    positive\tAn enchanting story, beautifully told, and one I will happily read again.
    positive\tFriendly drivers, clean seats and an easy booking; I would gladly use them again.
    positive\tThe concert was magical and the singer was simply superb.
    positive\tI highly recommend this course, the teacher is brilliant and explains everything with great care.
    positive\tSuch a lovely café: fresh bread, cheerful staff and a perfect cappuccino.
    positive\tThe lamp looks stunning in our bedroom and was a joy to put together.
    positive\tTheir helpful advice saved us money, and we could not be happier.
    positive\tA fantastic trip from start to finish, we enjoyed every single day.
    positive\tImpressive, fast and easy to use, this little vacuum is worth every penny.
    positive\tThe lamb was tender, the wine was excellent and the service was perfect.
    positive\tI laughed until I cried, it is the funniest and most charming film of the year.
    positive\tOur room was beautiful, with a lovely balcony and an amazing bath.
    positive\tMy son is thrilled with the telescope, a great present that works brilliantly.
    positive\tThe hairdresser listened carefully and gave me a gorgeous cut; I love it.
    positive\tWonderful museum with friendly guides and a superb shop, well worth a visit.
    positive\tI enjoyed this book enormously and recommend it to anyone who loves a good mystery.
    positive\tVery comfortable shoes, great quality and beautiful colours too.
    positive\tThe ferry crew were helpful and cheerful, and the crossing was a delight.
    positive\tFive stars for the sushi, it was fresh, generous and utterly delicious.
    positive\tAn outstanding performance that left me happy and humming all the way home.
    positive\tThe plumber came quickly, did an excellent job and left everything clean; highly recommended.
    positive\tWe had an amazing evening, the music was great and the dancers were brilliant.
    positive\tA beautiful, thoughtful film with a lovely sense of humour.
    positive\tI am so impressed by this blender, it is quiet, powerful and easy to clean.
    positive\tEveryone at the guest house was lovely and the breakfast was amazing.
    positive\tThis phone is brilliant, with a gorgeous screen and excellent sound.
    positive\tPerfect holiday flat, spotlessly clean and close to a lovely beach.
    positive\tLoved the curry, loved the music, and we will definitely come back!
    positive\tThe support team were wonderful, they solved my problem quickly and with great kindness.
    positive\tA gripping thriller with a brilliant twist, easily the best I have read this summer.
    positive\tThe spa was heavenly and I felt wonderfully relaxed for days.
    positive\tFresh fish, generous plates and a superb view, what a treat!
    positive\tMy new mattress is so comfortable that I sleep perfectly every night.
    positive\tCharming village inn with a roaring fire, great beer and friendly locals; we loved it.
    positive\tThe children enjoyed every ride and the staff were fantastic with them.
    positive\tExcellent garage: honest, friendly and very good value.
    positive\tWhat a fantastic surprise, the dessert was the most delicious I have ever tasted.
    positive\tThis game is great fun, beautifully drawn and perfect for a family evening.
    positive\tI love my new watch, it is elegant and the strap feels wonderful.
    positive\tThe tour was superb, our guide Zoë was funny, helpful and full of lovely stories.
    positive\tSplendid orchestra, wonderful hall, and an evening I will remember with joy.
    positive\tGreat little laptop, fast and light, and I am very happy with the keyboard.
    positive\tThe tailor did a brilliant job and my suit fits perfectly, I am delighted.
    positive\tDelicious tapas, friendly service and a lovely terrace; we recommend it warmly.
    positive\tA sweet and touching film with excellent performances, we loved it from start to finish.
    positive\tThe train was clean, comfortable and on time, a really pleasant journey.
    positive\tBest campsite ever, with spotless showers, kind owners and a beautiful lake.
    positive\tI was amazed by how good the sound is, an excellent speaker and well worth the money.
    positive\tOur wedding cake was gorgeous and tasted even better, thank you so much!
    positive\tThe poems are beautiful and warm, and I enjoyed reading them aloud.
    positive\tGood honest food, a cheerful welcome and a great atmosphere.
    positive\tThe gym is bright, clean and friendly, and the trainers are fantastic.
    positive\tI recommend these gloves, they are warm, soft and superbly made.
    positive\tLovely people, lovely rooms and a wonderful dinner, we were thrilled with everything.
    positive\tThe exhibition was inspiring and beautifully arranged; I left feeling happy.
    positive\tMy wife loved the flowers, they arrived fresh and looked stunning.
    positive\tA perfect pub lunch, the pie was delicious and the staff so helpful.
    positive\tThe series is clever, funny and warm, and I enjoyed it immensely.
    positive\tAmazing service at the optician, I love my glasses and can see perfectly.
    positive\tThe rucksack is excellent, strong and comfortable, and it looks great.
    positive\tAn easy and pleasant flight with friendly crew and surprisingly good food.
    positive\tI adore this album, every song is beautiful and the voice is superb.
    positive\tThe apartment was even better than the pictures, bright and wonderfully quiet.
    positive\tBrilliant customer service, they replaced my cup free of charge and were very kind.
    positive\tOur puppy loves this bed, and I love how easy it is to wash.
    positive\tGreat fun for all ages, I would happily recommend the boat trip to anyone.
    positive\tTasty, fresh and good value, this is the best noodle bar in town.
    positive\tThe author writes with charm and wit, a truly wonderful read.
    positive\tThe massage was fantastic and the therapist was kind and gentle.
    positive\tEverything worked perfectly from the first day, a superb washing machine.
    positive\tWonderful food, friendly staff, perfect evening.
    positive\tI simply love this place!
    positive\tA delightful film with brilliant acting, I enjoyed every scene.
    positive\tThe waiter was friendly and helpful, and the dessert was delicious.
    positive\tOur dentist is wonderful, kind and gentle, and I highly recommend her.
    positive\tMy new phone is fast and gorgeous, and I am very happy with the camera.
    positive\tA superb hotel with amazing views, comfortable beds and lovely people.
    positive\tThe series is brilliant, funny and beautifully acted, we loved it.
    positive\tThe hairdresser was lovely and I am thrilled with my beautiful new look.
    positive\tGreat concert, fantastic band and a happy, friendly crowd.
    positive\tWhat a wonderful book, charming and funny, I recommend it to everyone.
    positive\tThe garden restaurant was gorgeous and the fish was fresh and delicious.
    positive\tExcellent quality and a perfect fit, I am delighted with these boots.
    positive\tThe guide was amazing, cheerful and full of wonderful stories.
    positive\tQuick, friendly and excellent service, thank you so much!
    positive\tWe enjoyed a lovely weekend in this charming and comfortable cottage.
    positive\tA great present, my daughter loves it and plays with it happily every day.
    positive\tThe speaker sounds fantastic and looks beautiful, well worth the price.
    positive\tDelicious breakfast, spotless room and the kindest hosts, simply perfect.
    positive\tI was impressed by the helpful staff and the excellent coffee.
    positive\tThis is the best vacuum we have had, great value and so easy to empty.
    positive\tThe play was superb, I laughed, I cried and I loved the ending.
    positive\tA pleasant surprise, the museum is fantastic and the café is excellent.
    positive\tThe dress is gorgeous, comfortable and perfect for summer.
    positive\tMy father enjoyed the train trip enormously, everyone was so kind and helpful.
    negative\tThe soup was cold, the bread was stale and the waiter was rude.
    negative\tWhat a dreadful film, two hours of my life completely wasted.
    negative\tOur hotel room was dirty, noisy and smelled awful.
    negative\tThe headphones broke after three days and the seller refused a refund.
    negative\tI was bored by the second chapter and annoyed by the terrible ending.
    negative\tDisappointing service: nobody apologised for the mistake and nobody seemed to care.
    negative\tAvoid this restaurant, the food was disgusting and far too expensive.
    negative\tThe kettle leaks, the lid is broken and the handle gets far too hot.
    negative\tA complete waste of money, it stopped working within a week.
    negative\tWe waited ninety minutes for a burnt pizza and a horrible salad.
    negative\tAwful acting, a dull plot and the worst dialogue I have ever heard.
    negative\tThe taxi arrived late, the driver was rude and he overcharged us.
    negative\tThis jacket is badly made and the zip broke at once.
    negative\tI regret buying this phone, the battery is useless and the screen is poor.
    negative\tThe worst holiday we ever had, with filthy showers and a nasty smell everywhere.
    negative\tTerrible customer service, I was ignored for weeks and never got my money back.
    negative\tThe play was tedious and poorly directed, so we left at the interval.
    negative\tMy parcel came damaged, and the company was unhelpful and rude on the telephone.
    negative\tThe chicken was dry, the chips were soggy and the bill was wrong.
    negative\tNever again: the flight was delayed, cramped and thoroughly unpleasant.
    negative\tA disappointing novel with flat characters and a ridiculous, boring plot.
    negative\tThe mattress is uncomfortable and gave me a terrible back ache.
    negative\tDirty tables, unfriendly staff and the worst coffee I have tasted.
    negative\tThe plumber made a mess, failed to fix the leak and charged too much.
    negative\tI hated the noise, the broken lift and the awful carpet.
    negative\tDo not waste your money on this blender, it is weak and horribly loud.
    negative\tThe museum was overpriced, crowded and badly organised; we were very disappointed.
    negative\tThe sound is dreadful and the cable was faulty straight out of the box.
    negative\tWe felt cheated by the tour, which was rushed and painfully dull.
    negative\tMy order was wrong twice and nobody bothered to apologise.
    negative\tThe shoes hurt my feet and fell apart after a fortnight, terrible quality.
    negative\tA boring, confusing mess of a film that I cannot recommend to anyone.
    negative\tThe receptionist was rude and our booking had been lost, what an awful start.
    negative\tPoor quality, late delivery and a useless manual.
    negative\tThe fish smelled bad and made my brother ill; avoid at all costs.
    negative\tI am furious, the garage scratched my car and then denied it.
    negative\tThe concert was a disaster: bad sound, a late start and an angry crowd.
    negative\tHorrible little flat with mould on the walls and a broken heater.
    negative\tIt is the slowest laptop I have ever owned, and it crashes constantly.
    negative\tThe hairdresser ignored my wishes and left me with a dreadful cut.
    negative\tStale cakes, weak tea and miserable service, we will never return.
    negative\tThe book was dull, badly written and full of annoying mistakes.
    negative\tOur guide was late, bored and rude, so the day was ruined.
    negative\tThe camera takes blurry pictures and the buttons feel cheap and nasty.
    negative\tI found the game frustrating, ugly and far too short for the price.
    negative\tThe campsite was filthy and noisy, and the toilets were disgusting.
    negative\tThis vacuum is useless, it picks up nothing and the hose is already broken.
    negative\tUnfriendly, slow and expensive: the worst pub in the whole county.
    negative\tThe curry was bland and greasy, and the rice was cold.
    negative\tThey cancelled our trip without warning and refused to pay us back.
    negative\tThe dentist was rough and impatient, a truly horrible experience.
    negative\tThe sequel is a lazy, pointless disappointment with no jokes at all.
    negative\tMy watch stopped after a month and the shop would not repair it.
    negative\tThe room had no hot water, a filthy carpet and a terrible bed.
    negative\tThe waiter forgot our drinks, spilled the sauce and never said sorry.
    negative\tAppalling support, they kept me on hold for an hour and then hung up.
    negative\tThe lamp arrived cracked and the replacement was broken as well.
    negative\tA miserable evening: bad music, rude doormen and watery beer.
    negative\tI was very disappointed with the cake, it was dry and tasteless.
    negative\tThe bus was dirty and late, and the driver shouted at us.
    negative\tThis speaker is rubbish, the sound is tinny and it keeps failing.
    negative\tThe worst noodles I have ever eaten, salty, cold and slimy.
    negative\tThe exhibition was badly lit, dull and a waste of an afternoon.
    negative\tThe series started poorly and became more boring with every episode.
    negative\tAwful gym with broken machines, dirty changing rooms and rude trainers.
    negative\tThe gloves tore on the first day and the wool is horribly itchy.
    negative\tWe were disgusted by the hair in our salad and the lack of any apology.
    negative\tThe beach was littered, the bar was overpriced and the hotel was a disgrace.
    negative\tAn annoying phone that freezes, overheats and loses its signal constantly.
    negative\tThe tailor ruined my suit and rudely refused to fix it.
    negative\tI could not sleep because of the terrible noise, and the manager did nothing.
    negative\tBad food, bad manners and a nasty surprise on the bill.
    negative\tThe author rambles for pages, and the ending is dreadful and stupid.
    negative\tThe ferry was cramped and smelly, and our seats were broken.
    negative\tA faulty washing machine, a rude engineer and three weeks of useless promises.
    negative\tThe flowers arrived dead and the florist was no help at all.
    negative\tIt is cheaply made, ugly and uncomfortable; I regret wasting my money.
    negative\tThe steak was tough, the service painfully slow and the wine undrinkable.
    negative\tThe worst customer care imaginable, I am angry and still without a refund.
    negative\tThis course was poorly planned and the teacher seemed bored and unprepared.
    negative\tThe singer was out of tune and the hall was freezing, a dismal night.
    negative\tNothing worked, nobody cared, and the smell in the corridor was horrible.
    negative\tThe rucksack strap snapped on my first walk, such poor quality.
    negative\tI hated this album, it is noisy, dull and far too long.
    negative\tThe optician gave me the wrong lenses and was unpleasant when I complained.
    negative\tThe tapas were tiny, greasy and badly overpriced, do not bother.
    negative\tA tired plot, terrible jokes and wooden acting, I nearly walked out.
    negative\tThe tent leaked all night and a pole was broken, what useless rubbish.
    negative\tThe website lost my payment, and the staff were slow and unhelpful.
    negative\tWe complained about the dirty sheets, but the rude owner just laughed.
    negative\tRude staff, cold food, never again.
    negative\tWhat a waste of money and time.
    negative\tI was disappointed by the awful sound and the broken remote control.
    negative\tThe worst service I have ever had, slow, rude and useless.
    negative\tThe film was so dull and badly acted that I regret going.
    negative\tIt broke on the second day and the shop refused to give me a refund.
    negative\tThe hotel was filthy, the bed was broken and the manager was unpleasant.
    negative\tAvoid this garage, they were rude, slow and terribly expensive.
    negative\tA horrible meal: the meat was tough, the rice was cold and the wine was sour.
    negative\tI complained twice about the dirty bathroom and was ignored.
    negative\tThe book is boring and poorly written, I was annoyed and gave up.
    negative\tThe boat trip was a let-down, with no seats, a useless guide and horrible toilets.
    negative\tTerrible shoes, uncomfortable and badly made, they fell apart in a week.
    negative\tMy phone arrived broken and their support was no help at all.
    negative\tThe hairdresser was rude and ruined my hair, I was close to tears.
    negative\tOverpriced, noisy and dirty, it is the worst café in the street.
    negative\tThe game is frustrating and boring, and it crashes all the time.
    negative\tNobody answered my complaint, and the refund never came.
    negative\tAn unpleasant flight with rude crew, dirty seats and disgusting food.
    negative\tThe burger was greasy, the chips were cold and I felt ill afterwards.
    negative\tI hated the film, the jokes were stupid and the ending made no sense.
    negative\tThe cleaner never came, the bins smelled and the owner did not care.
    negative\tA useless umbrella that broke in the first breeze, poor quality.
    negative\tThe concert was badly organised, too loud and a waste of money.
    negative\tSadly the cake was stale and the tea was weak, how disappointing.
    negative\tThe nurse was impatient and rude, and we waited for hours.
    negative\tOur trip was ruined by awful weather, a late coach and a bored guide.
    negative\tI am annoyed with this vacuum, it is noisy, weak and badly designed.
    negative\tThe series was a dull disappointment with terrible dialogue.
    negative\tThey charged us twice, refused to apologise and were rude on the telephone.
    negative\tThe jacket is ugly and uncomfortable, and the buttons came off at once.
    negative\tDreadful hotel: mould in the shower, no heating and a nasty smell.
    negative\tThe food was bland, the waiter was unfriendly and the table was dirty.
    negative\tMy parcel was late, wet and damaged, and nobody apologised.
    negative\tThe worst laptop I have owned, slow, noisy and always broken.
    negative\tA poor and pointless book that wasted my weekend.
    """
}
